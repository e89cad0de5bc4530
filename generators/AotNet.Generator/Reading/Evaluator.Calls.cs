using System.Collections.Immutable;
using AotNet.Compiler.Specification;
using AotNet.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace AotNet.Generator.Reading;

partial class Evaluator
{
    Value Invoke(IInvocationOperation call)
    {
        IMethodSymbol method = call.TargetMethod;
        if (vocabulary.HasLayers(method.ContainingType))
            return Layer(call);
        if (vocabulary.IsInitializer(method.ContainingType))
            return Initializer(call);
        if (SymbolEqualityComparer.Default.Equals(method.ContainingType, network))
            return Inline(call);
        return FrameworkCall(call) ?? throw OutsideVocabulary(call);
    }

    static ReadingException OutsideVocabulary(IInvocationOperation call)
    {
        SyntaxNode place = call.Syntax is InvocationExpressionSyntax invocation
            ? invocation.Expression is MemberAccessExpressionSyntax access ? access.Name : invocation.Expression
            : call.Syntax;
        string name = $"{call.TargetMethod.ContainingType?.Name}.{call.TargetMethod.Name}";
        return new(new DiagnosticInfo(ReadingDescriptors.OutsideVocabulary, LocationInfo.Of(place), name));
    }

    // ---- calls that become part of the specification ----

    Value Layer(IInvocationOperation call)
    {
        List<int> operands = [];
        List<Constant> arguments = [];
        List<SyntaxNode?> operandPlaces = [], argumentPlaces = [];
        if (call.Instance is { } receiver)
            AddOperand(Evaluate(receiver), receiver, ParameterKind.Tensor);

        // C# evaluates arguments as they are written; the specification lists them as they are declared.
        var values = new (Value Value, IArgumentOperation Argument)[call.TargetMethod.Parameters.Length];
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter is not { } parameter)
                throw Silent();
            values[parameter.Ordinal] = (Evaluate(argument.Value), argument);
        }
        foreach ((Value value, IArgumentOperation argument) in values)
        {
            if (argument is null)
                throw Silent();
            if (argument.Parameter!.Type is IArrayTypeSymbol)
                AddParts(value, argument.Value);
            else if (vocabulary.IsNode(argument.Parameter.Type))
                AddOperand(value, argument.Value, vocabulary.ParameterKindOf(argument.Parameter.Type));
            else
            {
                arguments.Add(ToConstant(value, argument.Value));
                argumentPlaces.Add(argument.ArgumentKind == ArgumentKind.DefaultValue ? null : argument.Value.Syntax);
            }
        }
        operandPlaces.AddRange(argumentPlaces);
        ParameterKind? kind = vocabulary.ParameterKindOf(call.TargetMethod.ReturnType);
        return Record(kind, call.TargetMethod.Name, operands, arguments, call, operandPlaces);

        void AddOperand(Value value, IOperation operation, ParameterKind? kind)
        {
            operands.Add(Operand(value, operation, kind));
            operandPlaces.Add(operation.Syntax);
        }

        void AddParts(Value value, IOperation operation)
        {
            if (value is not Sequence { Items: var parts })
                throw Error(ReadingDescriptors.NullValue, operation, Source(operation), "an array of tensors");
            ImmutableArray<IOperation> elements = ElementsOf(operation);
            for (int i = 0; i < parts.Count; i++)
                AddOperand(parts[i], elements.Length == parts.Count ? elements[i] : operation, ParameterKind.Tensor);
        }
    }

    Node Record(ParameterKind? kind, string method, List<int> operands, List<Constant> arguments, IOperation call,
        List<SyntaxNode?> places)
    {
        if (recorder.Count >= Budget.MaxCalls)
            throw Fatal(ReadingDescriptors.TooLarge, LocationInfo.Of(call.Syntax), $"{Text(Budget.MaxCalls)} layers");
        return recorder.Add(kind, method, operands, arguments, call.Syntax, places);
    }

    Value Operator(IMethodSymbol method, Value left, Value right, IOperation operation, IOperation leftOperand,
        IOperation rightOperand)
    {
        if (!vocabulary.IsTensor(method.ContainingType) || method.Name != WellKnownMemberNames.AdditionOperatorName)
            throw Unsupported(operation, "This operator");
        return Record(ParameterKind.Tensor, "Add",
            [Operand(left, leftOperand, ParameterKind.Tensor), Operand(right, rightOperand, ParameterKind.Tensor)], [], operation,
            [leftOperand.Syntax, rightOperand.Syntax]);
    }

    static int Operand(Value value, IOperation operation, ParameterKind? kind) => value switch
    {
        Node node when node.Kind == kind => node.Index,
        // A value of another type is an error that the C# compiler reports.
        Node => throw Silent(),
        Scalar { Raw: null } => throw Error(ReadingDescriptors.NullValue, operation, Source(operation), "a value of the network"),
        _ => throw Unsupported(operation, "This value as an operand"),
    };

    static Constant ToConstant(Value value, IOperation operation) => value switch
    {
        SettingValue initializer => initializer.Constant,
        Scalar { Raw: null } => new Constant(0),
        Scalar { Raw: string text } => new Constant(0, text),
        Scalar { Raw: bool flag } => new Constant(flag ? 1 : 0),
        Scalar { Raw: { } raw } when Arithmetic.Promote(raw, 0) != SpecialType.None => new Constant(Arithmetic.ToDouble(raw)),
        _ => throw NotConstant(operation, "an argument must be a constant"),
    };

    Value Initializer(IInvocationOperation call) =>
        call is { TargetMethod.Name: "Normal", Arguments: [var argument] }
        && Evaluate(argument.Value) is Scalar { Raw: float sigma }
            ? new SettingValue(new Constant(sigma, "Normal"))
            : throw OutsideVocabulary(call);

    // ---- helpers ----

    Value Inline(IInvocationOperation call)
    {
        IMethodSymbol method = call.TargetMethod.PartialImplementationPart ?? call.TargetMethod;
        if (Restriction(method) is { } restriction)
            throw Unsupported(call, restriction);
        if (method.DeclaringSyntaxReferences is not [var reference, ..])
            throw OutsideVocabulary(call);
        var frame = new Dictionary<ISymbol, Value>(SymbolEqualityComparer.Default);
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter is not { } parameter || parameter.Ordinal >= method.Parameters.Length)
                throw Silent();
            frame[method.Parameters[parameter.Ordinal]] = Evaluate(argument.Value);
        }
        return Run(method, reference.GetSyntax(cancellation), frame, call);
    }

    static string? Restriction(IMethodSymbol method) =>
        method.MethodKind == MethodKind.LocalFunction ? "A local function (make it a static method of the class instead)"
        : !method.IsStatic ? "An instance method"
        : method.IsGenericMethod ? "A generic helper"
        : method.IsAsync ? "An async helper"
        : method.Parameters.Any(static parameter => parameter.RefKind != RefKind.None) ? "A helper with ref, in or out parameters"
        : null;

    /// <summary>Runs the body of a helper or of a property in a frame of its own.</summary>
    Value Run(IMethodSymbol method, SyntaxNode declaration, Dictionary<ISymbol, Value> frame, IOperation call)
    {
        if (active.Contains(method, SymbolEqualityComparer.Default))
        {
            string path = string.Join(" -> ", active.SkipWhile(symbol => !SymbolEqualityComparer.Default.Equals(symbol, method))
                .Select(static symbol => symbol.Name)) + " -> " + method.Name;
            throw Error(ReadingDescriptors.Recursion, call, method.Name, path);
        }
        IOperation body = BodyOf(declaration);
        Dictionary<ISymbol, Value> caller = variables;
        variables = frame;
        returned = null;
        active.Add(method);
        Execute(body);
        active.RemoveAt(active.Count - 1);
        variables = caller;
        Value? result = returned;
        returned = null;
        if (method.ReturnsVoid)
            return Scalar.Null;
        return result ?? throw Silent();
    }
}
