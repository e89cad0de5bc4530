using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AotNet.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace AotNet.Generator.Reading;

partial class Evaluator
{
    Value Evaluate(IOperation operation)
    {
        Enter(operation);
        Value value = operation.ConstantValue is { HasValue: true } constant
            ? new Scalar(constant.Value)
            : EvaluateUnfolded(operation);
        Leave();
        if (value is Unknown)
            throw Silent();
        return value;
    }

    Value EvaluateUnfolded(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => Variable(local.Local),
        IParameterReferenceOperation parameter => Variable(parameter.Parameter),
        IInvocationOperation call => Invoke(call),
        IBinaryOperation binary => EvaluateBinary(binary),
        IUnaryOperation unary => EvaluateUnary(unary),
        IConversionOperation conversion => EvaluateConversion(conversion),
        IConditionalOperation { WhenFalse: { } otherwise } choice =>
            Evaluate(Condition(choice.Condition) ? choice.WhenTrue : otherwise),
        ISwitchExpressionOperation choice => EvaluateSwitch(choice),
        IIsPatternOperation test => new Scalar(Matches(test.Pattern, Evaluate(test.Value))),
        ICoalesceOperation coalesce =>
            Evaluate(coalesce.Value) is var left and not Scalar { Raw: null } ? left : Evaluate(coalesce.WhenNull),
        ISimpleAssignmentOperation { IsRef: false } assignment => Assign(assignment),
        ICompoundAssignmentOperation assignment => Assign(assignment),
        ICoalesceAssignmentOperation assignment => Assign(assignment),
        IDeconstructionAssignmentOperation assignment => Assign(assignment),
        IIncrementOrDecrementOperation step => Increment(step),
        IFieldReferenceOperation field => Field(field),
        IPropertyReferenceOperation property => Property(property),
        IArrayCreationOperation array => CreateArray(array),
        ICollectionExpressionOperation collection => CreateCollection(collection),
        IObjectCreationOperation creation => CreateObject(creation),
        IArrayElementReferenceOperation element => Slot.OfElement(this, element).Read(),
        IImplicitIndexerReferenceOperation element => Slot.OfIndexer(this, element).Read(),
        ITupleOperation tuple => new TupleValue(tuple.Elements.Select(Evaluate).ToImmutableArray()),
        IInterpolatedStringOperation text => Interpolate(text),
        IDefaultValueOperation empty when vocabulary.IsInitializer(empty.Type) => SettingValue.Default,
        IDefaultValueOperation empty when vocabulary.IsPair(empty.Type) => SettingValue.LeftOut,
        IParenthesizedOperation parenthesized => Evaluate(parenthesized.Operand),
        IThrowOperation thrown => throw Thrown(thrown),
        IInvalidOperation => throw Silent(),
        _ => throw Unsupported(operation, ExpressionName(operation)),
    };

    // A local without a value is one that the C# compiler reports as unassigned.
    Value Variable(ISymbol symbol) => variables.TryGetValue(symbol, out Value? value) ? value : throw Silent();

    Value EvaluateBinary(IBinaryOperation binary)
    {
        if (binary.OperatorKind is BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr
            && binary.OperatorMethod is null)
        {
            bool left = Condition(binary.LeftOperand);
            bool decided = left == (binary.OperatorKind == BinaryOperatorKind.ConditionalOr);
            return new Scalar(decided ? left : Condition(binary.RightOperand));
        }
        Value a = Evaluate(binary.LeftOperand), b = Evaluate(binary.RightOperand);
        return binary.OperatorMethod is { } method && !IsBuiltIn(method)
            ? Operator(method, a, b, binary, binary.LeftOperand, binary.RightOperand)
            : Binary(binary.OperatorKind, a, b, binary);
    }

    // Strings and the like compare by operator methods of the framework that the constant arithmetic knows.
    static bool IsBuiltIn(IMethodSymbol method) => method.ContainingType.SpecialType != SpecialType.None;

    Value Binary(BinaryOperatorKind kind, Value left, Value right, IOperation operation)
    {
        if (kind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals && (left is not Scalar || right is not Scalar))
            return new Scalar(left.Equals(right) == (kind == BinaryOperatorKind.Equals));
        if (left is not Scalar { Raw: var a } || right is not Scalar { Raw: var b })
            throw Unsupported(operation, "This operator");
        if (kind == BinaryOperatorKind.Add && (a is string || b is string))
            return new Scalar(Bounded(Format(a) + Format(b), operation));
        try
        {
            return new Scalar(Arithmetic.Binary(kind, a, b) ?? throw Unsupported(operation, "This operator"));
        }
        catch (OverflowException)
        {
            throw Error(ReadingDescriptors.Overflow, operation, Source(operation), TypeName(Arithmetic.Promote(a, b)));
        }
        catch (DivideByZeroException)
        {
            throw Error(ReadingDescriptors.DivisionByZero, operation, Source(operation));
        }
    }

    Value EvaluateUnary(IUnaryOperation unary)
    {
        if (unary.OperatorMethod is not null || Evaluate(unary.Operand) is not Scalar { Raw: var operand })
            throw Unsupported(unary, "This operator");
        try
        {
            return new Scalar(Arithmetic.Unary(unary.OperatorKind, operand) ?? throw Unsupported(unary, "This operator"));
        }
        catch (OverflowException)
        {
            throw Error(ReadingDescriptors.Overflow, unary, Source(unary), TypeName(Arithmetic.Promote(operand, 0)));
        }
    }

    Value EvaluateConversion(IConversionOperation conversion)
    {
        if (!conversion.Conversion.Exists)
            throw Silent();
        if (conversion.OperatorMethod is { } method && vocabulary.IsPair(method.ContainingType))
            return Pair(Evaluate(conversion.Operand), conversion);
        // Of user-defined conversions only those of the framework, such as an array's to a span.
        if (conversion.OperatorMethod is { ContainingNamespace: var space } && space.ToDisplayString() != "System")
            throw Unsupported(conversion, "This conversion");
        return ConvertTo(Evaluate(conversion.Operand), conversion.Type, conversion);
    }

    /// <summary>A window or a padding from a number, or from a tuple of two.</summary>
    static Value Pair(Value value, IOperation operation) => value switch
    {
        Scalar { Raw: int both } => SettingValue.Pair(both, both),
        TupleValue { Items: [Scalar { Raw: int vertical }, Scalar { Raw: int horizontal }] } => SettingValue.Pair(vertical, horizontal),
        _ => throw NotConstant(operation, "an argument must be a constant"),
    };

    /// <summary>A value as it is after conversion to <paramref name="type"/>.</summary>
    Value ConvertTo(Value value, ITypeSymbol? type, IOperation operation)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            type = nullable.TypeArguments[0];
        SpecialType target = UnderlyingType(type);
        if (value is not Scalar { Raw: { } raw } || Arithmetic.Promote(raw, 0) == SpecialType.None)
            return value;
        if (!Arithmetic.IsNumber(target))
            return type is { IsValueType: true } ? throw Unsupported(operation, $"The type '{type.ToDisplayString()}'") : value;
        try
        {
            return new Scalar(Arithmetic.Convert(raw, target));
        }
        catch (OverflowException)
        {
            throw Error(ReadingDescriptors.Overflow, operation, Source(operation), TypeName(target));
        }
    }

    // An enum counts as its underlying type.
    static SpecialType UnderlyingType(ITypeSymbol? type) =>
        type is INamedTypeSymbol { EnumUnderlyingType: { } underlying } ? underlying.SpecialType : type?.SpecialType ?? default;

    Value Interpolate(IInterpolatedStringOperation text)
    {
        var result = new StringBuilder();
        foreach (IInterpolatedStringContentOperation part in text.Parts)
        {
            if (part is IInterpolatedStringTextOperation literal && Evaluate(literal.Text) is Scalar { Raw: string written })
                result.Append(written);
            else if (part is IInterpolationOperation { Alignment: null, FormatString: null } hole
                && Evaluate(hole.Expression) is Scalar { Raw: var raw })
                result.Append(Format(raw));
            else
                throw Unsupported(part, "This part of an interpolated string");
            Bounded(result, part);
        }
        return new Scalar(result.ToString());
    }

    static string Format(object? raw) =>
        raw is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : raw?.ToString() ?? "";

    static T Bounded<T>(T text, IOperation operation) where T : notnull
    {
        int length = text is string whole ? whole.Length : ((StringBuilder)(object)text).Length;
        return length <= Budget.MaxCharacters
            ? text
            : throw Error(ReadingDescriptors.TooLarge, operation, $"{Text(Budget.MaxCharacters)} characters in one string");
    }

    static string TypeName(SpecialType type) => type switch
    {
        SpecialType.System_SByte => "sbyte",
        SpecialType.System_Byte => "byte",
        SpecialType.System_Int16 => "short",
        SpecialType.System_UInt16 => "ushort",
        SpecialType.System_Char => "char",
        SpecialType.System_Int32 => "int",
        SpecialType.System_UInt32 => "uint",
        SpecialType.System_Int64 => "long",
        SpecialType.System_UInt64 => "ulong",
        _ => "its type",
    };

    static string ExpressionName(IOperation operation) => operation switch
    {
        IAnonymousFunctionOperation or IDelegateCreationOperation or IMethodReferenceOperation => "A delegate or lambda",
        IInstanceReferenceOperation => "'this'",
        IAwaitOperation => "await",
        IConditionalAccessOperation => "?.",
        ITypeOfOperation => "typeof",
        IDynamicInvocationOperation or IDynamicMemberReferenceOperation or IDynamicObjectCreationOperation => "dynamic",
        IDefaultValueOperation => "This default value",
        _ => "This expression",
    };
}
