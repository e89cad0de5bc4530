using System.Collections.Immutable;
using AotNet.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace AotNet.Generator.Reading;

partial class Evaluator
{
    Sequence CreateArray(IArrayCreationOperation array)
    {
        if (array.DimensionSizes.Length != 1)
            throw Unsupported(array, "An array of several dimensions");
        if (array.Initializer is { } initializer)
            return Elements(initializer.ElementValues, array);
        if (Evaluate(array.DimensionSizes[0]) is not Scalar { Raw: { } raw } || Arithmetic.Promote(raw, 0) == SpecialType.None)
            throw NotConstant(array.DimensionSizes[0], "the length of an array must be a constant");
        double length = Arithmetic.ToDouble(raw);
        if (length is < 0 or > Budget.MaxElements)
            throw TooManyElements(array);
        Charge(array, (int)length);
        Value element = DefaultOf((array.Type as IArrayTypeSymbol)?.ElementType)
            ?? throw Unsupported(array, "An array of this type");
        return new Sequence(Enumerable.Repeat(element, (int)length).ToList());
    }

    Value? DefaultOf(ITypeSymbol? type)
    {
        SpecialType special = UnderlyingType(type);
        return vocabulary.IsInitializer(type) ? SettingValue.Default
            : vocabulary.IsPair(type) ? SettingValue.LeftOut
            : special == SpecialType.System_Boolean ? new Scalar(false)
            : Arithmetic.IsNumber(special) ? new Scalar(Arithmetic.Convert(0, special))
            : type is { IsReferenceType: true } ? Scalar.Null
            : null;
    }

    Sequence CreateCollection(ICollectionExpressionOperation collection) => Elements(collection.Elements, collection);

    Sequence Elements(ImmutableArray<IOperation> elements, IOperation operation)
    {
        List<Value> items = [];
        foreach (IOperation element in elements)
        {
            if (element is not ISpreadOperation spread)
                items.Add(Evaluate(element));
            else if (Evaluate(spread.Operand) is Sequence part)
                items.AddRange(part.Items);
            else
                throw NotConstant(spread, "only arrays and lists can be spread");
            CheckLength(items, operation);
        }
        Charge(operation, items.Count);
        return new Sequence(items);
    }

    Value CreateObject(IObjectCreationOperation creation)
    {
        if (vocabulary.IsInitializer(creation.Type) && creation.Arguments.IsEmpty)
            return SettingValue.Default;
        if (vocabulary.IsPair(creation.Type) && creation.Arguments.IsEmpty)
            return SettingValue.LeftOut;
        if (!IsList(creation.Type))
            throw Unsupported(creation, $"'new {creation.Type?.Name}'");
        List<Value> items = creation.Arguments is [var source] && Evaluate(source.Value) is Sequence { Items: var copied }
            ? copied.ToList()
            : [];
        foreach (IOperation part in creation.Initializer?.Initializers ?? [])
        {
            if (part is not IInvocationOperation { TargetMethod.Name: "Add", Arguments: [var item] })
                throw Unsupported(part, "This initialiser");
            items.Add(Evaluate(item.Value));
        }
        CheckLength(items, creation);
        Charge(creation, items.Count);
        return new Sequence(items);
    }

    /// <summary>A call of Math, Enumerable.Range, List and their like; null when it is none that declarations may use.</summary>
    Value? FrameworkCall(IInvocationOperation call)
    {
        INamedTypeSymbol type = call.TargetMethod.ContainingType;
        switch (type.ToDisplayString())
        {
            case "System.Math" or "System.MathF":
                return MathCall(call);
            case "System.Linq.Enumerable":
                return EnumerableCall(call);
        }
        if (call.Instance is not { } instance || !IsList(type))
            return null;
        if (Evaluate(instance) is not Sequence { Items: var items })
            throw Unsupported(instance, "This list");
        switch (call.TargetMethod.Name, call.Arguments)
        {
            case ("Add", [var item]):
                items.Add(Evaluate(item.Value));
                CheckLength(items, call);
                return Scalar.Null;
            case ("Reverse", []):
                Charge(call, items.Count);
                items.Reverse();
                return Scalar.Null;
            case ("ToArray", []):
                Charge(call, items.Count);
                return new Sequence(items.ToList());
            default:
                return null;
        }
    }

    Value? MathCall(IInvocationOperation call)
    {
        SpecialType type = call.TargetMethod.ReturnType.SpecialType;
        var arguments = new object?[call.TargetMethod.Parameters.Length];
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter is not { } parameter || Evaluate(argument.Value) is not Scalar { Raw: var raw })
                return null;
            arguments[parameter.Ordinal] = raw;
        }
        if (!Arithmetic.IsNumber(type) || MathFunctions.Evaluate(call.TargetMethod.Name, arguments) is not { } result)
            return null;
        return ConvertTo(new Scalar(result), call.TargetMethod.ReturnType, call);
    }

    Value? EnumerableCall(IInvocationOperation call)
    {
        Value[] arguments = call.Arguments.Select(argument => Evaluate(argument.Value)).ToArray();
        switch (call.TargetMethod.Name, arguments)
        {
            case ("Range", [Scalar { Raw: int start }, Scalar { Raw: int count }]):
                if (count is < 0 or > Budget.MaxElements || start > int.MaxValue - count)
                    throw TooManyElements(call);
                Charge(call, count);
                return new Sequence(Enumerable.Range(start, count).Select(static number => (Value)new Scalar(number)).ToList());
            case ("ToArray" or "ToList", [Sequence source]):
                Charge(call, source.Items.Count);
                return new Sequence(source.Items.ToList());
            case ("Reverse", [Sequence source]):
                Charge(call, source.Items.Count);
                return new Sequence(Enumerable.Reverse(source.Items).ToList());
            default:
                return null;
        }
    }

    /// <summary>The written elements of an array or collection; empty when it is something else.</summary>
    static ImmutableArray<IOperation> ElementsOf(IOperation operation)
    {
        while (operation is IConversionOperation conversion)
            operation = conversion.Operand;
        return operation switch
        {
            IArrayCreationOperation { Initializer.ElementValues: var elements } => elements,
            ICollectionExpressionOperation { Elements: var elements }
                when !elements.Any(static element => element is ISpreadOperation) => elements,
            _ => [],
        };
    }

    static bool IsList(ITypeSymbol? type) => type is INamedTypeSymbol { Name: "List", Arity: 1 }
        && type.ContainingNamespace?.ToDisplayString() == "System.Collections.Generic";

    static void CheckLength(List<Value> items, IOperation operation)
    {
        if (items.Count > Budget.MaxElements)
            throw TooManyElements(operation);
    }

    static ReadingException TooManyElements(IOperation operation) =>
        Error(ReadingDescriptors.TooLarge, operation, $"{Text(Budget.MaxElements)} elements in one collection");
}
