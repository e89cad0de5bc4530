using AotNet.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace AotNet.Generator.Reading;

partial class Evaluator
{
    /// <summary>A place that holds a value: a variable or an element.</summary>
    sealed class Slot(Func<Value> read, Action<Value> write)
    {
        public Value Read() => read();

        public Value Write(Value value)
        {
            write(value);
            return value;
        }

        public static Slot Of(Evaluator evaluator, IOperation target) => target switch
        {
            ILocalReferenceOperation local => OfVariable(evaluator, local.Local),
            IParameterReferenceOperation parameter => OfVariable(evaluator, parameter.Parameter),
            IArrayElementReferenceOperation element => OfElement(evaluator, element),
            IImplicitIndexerReferenceOperation element => OfIndexer(evaluator, element),
            IPropertyReferenceOperation { Property.IsIndexer: true } element => OfIndexer(evaluator, element),
            IDeclarationExpressionOperation declaration => Of(evaluator, declaration.Expression),
            IDiscardOperation => new Slot(static () => throw Silent(), static _ => { }),
            IFieldReferenceOperation { Instance: { } instance, Field: { ContainingType.IsTupleType: true } field } =>
                OfTupleElement(evaluator, instance, field, target),
            IFieldReferenceOperation or IPropertyReferenceOperation => throw Unsupported(target, "Assigning a field or property"),
            IInvalidOperation => throw Silent(),
            _ => throw Unsupported(target, "Assigning this expression"),
        };

        public static Slot OfElement(Evaluator evaluator, IArrayElementReferenceOperation element) => element.Indices.Length == 1
            ? OfItem(evaluator, element.ArrayReference, element.Indices[0], element)
            : throw Unsupported(element, "An array of several dimensions");

        public static Slot OfIndexer(Evaluator evaluator, IImplicitIndexerReferenceOperation element) =>
            OfItem(evaluator, element.Instance, element.Argument, element);

        public static Slot OfIndexer(Evaluator evaluator, IPropertyReferenceOperation element) =>
            element is { Instance: { } instance, Arguments: [var index] }
                ? OfItem(evaluator, instance, index.Value, element)
                : throw Unsupported(element, "This indexer");

        static Slot OfVariable(Evaluator evaluator, ISymbol symbol) =>
            new(() => evaluator.Variable(symbol), value => evaluator.variables[symbol] = value);

        static Slot OfTupleElement(Evaluator evaluator, IOperation instance, IFieldSymbol field, IOperation element)
        {
            Slot tuple = Of(evaluator, instance);
            return new(
                () => TupleElement(tuple.Read(), field, element),
                value => tuple.Write(tuple.Read() is TupleValue { Items: var items } && TupleIndex(field) is var index
                    && index < items.Length
                        ? new TupleValue(items.SetItem(index, value))
                        : throw Unsupported(element, "This field")));
        }

        static Slot OfItem(Evaluator evaluator, IOperation collection, IOperation index, IOperation element)
        {
            if (evaluator.Evaluate(collection) is not Sequence { Items: var items })
                throw Unsupported(element, "An index into this value");
            int position = evaluator.Index(index, items.Count);
            return new(() => items[position], value => items[position] = value);
        }
    }

    /// <summary>A position in a collection of <paramref name="count"/> elements, checked; counts from the end with ^.</summary>
    int Index(IOperation index, int count)
    {
        while (index is IConversionOperation { OperatorMethod: null } conversion)
            index = conversion.Operand;
        bool fromEnd = index is IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat };
        if (Evaluate(fromEnd ? ((IUnaryOperation)index).Operand : index) is not Scalar { Raw: int position })
            throw Unsupported(index, "An index that is not an int");
        if (fromEnd)
            position = count - position;
        return position >= 0 && position < count
            ? position
            : throw Error(ReadingDescriptors.IndexOutOfRange, index, $"'{Source(index)}'", Text(count));
    }

    Value Assign(ISimpleAssignmentOperation assignment)
    {
        Slot slot = Slot.Of(this, assignment.Target);
        return slot.Write(Evaluate(assignment.Value));
    }

    Value Assign(ICompoundAssignmentOperation assignment)
    {
        Slot slot = Slot.Of(this, assignment.Target);
        Value left = slot.Read();
        Value right = Evaluate(assignment.Value);
        Value result = assignment.OperatorMethod is { } method && !IsBuiltIn(method)
            ? Operator(method, left, right, assignment, assignment.Target, assignment.Value)
            : ConvertTo(Binary(assignment.OperatorKind, left, right, assignment), assignment.Target.Type, assignment);
        return slot.Write(result);
    }

    Value Assign(ICoalesceAssignmentOperation assignment)
    {
        Slot slot = Slot.Of(this, assignment.Target);
        return slot.Read() is var current and not Scalar { Raw: null } ? current : slot.Write(Evaluate(assignment.Value));
    }

    Value Assign(IDeconstructionAssignmentOperation assignment)
    {
        Value value = Evaluate(assignment.Value);
        Deconstruct(assignment.Target, value);
        return value;
    }

    void Deconstruct(IOperation target, Value value)
    {
        Enter(target);
        while (target is IDeclarationExpressionOperation declaration)
            target = declaration.Expression;
        if (target is not ITupleOperation tuple)
            Slot.Of(this, target).Write(value);
        else if (value is TupleValue { Items: var items } && items.Length == tuple.Elements.Length)
        {
            for (int i = 0; i < items.Length; i++)
                Deconstruct(tuple.Elements[i], items[i]);
        }
        else
            throw Unsupported(target, "Deconstructing something other than a tuple");
        Leave();
    }

    Value Increment(IIncrementOrDecrementOperation step)
    {
        if (step.OperatorMethod is { } method && !IsBuiltIn(method))
            throw Unsupported(step, "This operator");
        Slot slot = Slot.Of(this, step.Target);
        Value before = slot.Read();
        BinaryOperatorKind kind = step.Kind == OperationKind.Increment ? BinaryOperatorKind.Add : BinaryOperatorKind.Subtract;
        Value after = slot.Write(ConvertTo(Binary(kind, before, new Scalar(1), step), step.Target.Type, step));
        return step.IsPostfix ? before : after;
    }
}
