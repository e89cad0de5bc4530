using AotNet.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace AotNet.Generator.Reading;

partial class Evaluator
{
    /// <summary>How a statement ended.</summary>
    enum Flow
    {
        Next,
        Break,
        Continue,
        Return,
    }

    Flow Execute(IOperation statement)
    {
        Enter(statement);
        Flow flow = statement switch
        {
            IBlockOperation block => ExecuteAll(block.Operations),
            IVariableDeclarationGroupOperation group => Declare(group),
            IExpressionStatementOperation expression => ExecuteExpression(expression),
            IReturnOperation { Kind: OperationKind.Return } result => Return(result),
            IConditionalOperation branch => ExecuteIf(branch),
            IForLoopOperation loop => ExecuteFor(loop),
            IForEachLoopOperation loop => ExecuteForEach(loop),
            IWhileLoopOperation loop => ExecuteWhile(loop),
            ISwitchOperation choice => ExecuteSwitch(choice),
            IBranchOperation { BranchKind: BranchKind.Break } => Flow.Break,
            IBranchOperation { BranchKind: BranchKind.Continue } => Flow.Continue,
            IThrowOperation thrown => throw Thrown(thrown),
            IEmptyOperation => Flow.Next,
            IInvalidOperation => throw Silent(),
            _ => throw Error(ReadingDescriptors.UnsupportedStatement, statement, StatementName(statement)),
        };
        Leave();
        return flow;
    }

    Flow ExecuteAll(IEnumerable<IOperation> statements)
    {
        foreach (IOperation statement in statements)
        {
            int depth = budget.Depth, callers = active.Count;
            Dictionary<ISymbol, Value> frame = variables;
            try
            {
                Flow flow = Execute(statement);
                if (flow != Flow.Next)
                    return flow;
            }
            catch (ReadingException error) when (!error.Fatal && TargetsOf(statement) is not null)
            {
                budget.Depth = depth;
                active.RemoveRange(callers, active.Count - callers);
                variables = frame;
                Report(error);
                if (budget.Errors >= Budget.MaxErrors)
                    throw new ReadingException(null, fatal: true);
                foreach (ISymbol target in TargetsOf(statement)!)
                    variables[target] = Unknown.Instance;
            }
        }
        return Flow.Next;
    }

    /// <summary>The locals that a statement assigns; null when it may change more than these.</summary>
    static IEnumerable<ISymbol>? TargetsOf(IOperation statement) => statement switch
    {
        IVariableDeclarationGroupOperation group => group.Declarations
            .SelectMany(static declaration => declaration.Declarators)
            .Select(static variable => variable.Symbol),
        IExpressionStatementOperation { Operation: IAssignmentOperation assignment } => TargetsOfAssignment(assignment.Target),
        IExpressionStatementOperation { Operation: IIncrementOrDecrementOperation step } => TargetsOfAssignment(step.Target),
        _ => null,
    };

    static IEnumerable<ISymbol>? TargetsOfAssignment(IOperation target) => target switch
    {
        ILocalReferenceOperation local => [local.Local],
        IParameterReferenceOperation parameter => [parameter.Parameter],
        IDiscardOperation => [],
        ITupleOperation or IDeclarationExpressionOperation => target.DescendantsAndSelf()
            .OfType<ILocalReferenceOperation>().Select(static local => local.Local),
        _ => null,
    };

    Flow Declare(IVariableDeclarationGroupOperation group)
    {
        foreach (IVariableDeclarationOperation declaration in group.Declarations)
        {
            foreach (IVariableDeclaratorOperation variable in declaration.Declarators)
            {
                IOperation? initializer = variable.Initializer?.Value ?? declaration.Initializer?.Value;
                if (variable.Symbol.IsRef)
                    throw Error(ReadingDescriptors.UnsupportedStatement, group, "A ref local");
                if (initializer is not null)
                    variables[variable.Symbol] = Evaluate(initializer);
                else
                    variables.Remove(variable.Symbol);
            }
        }
        return Flow.Next;
    }

    Flow ExecuteExpression(IExpressionStatementOperation statement)
    {
        Evaluate(statement.Operation);
        return Flow.Next;
    }

    Flow Return(IReturnOperation statement)
    {
        returned = statement.ReturnedValue is { } value ? Evaluate(value) : null;
        if (active.Count == 1 && statement.ReturnedValue is { } result && returned is not Node { Kind: null })
        {
            // A value of another type is an error that the C# compiler reports.
            if (returned is Node)
                throw Silent();
            string found = returned is Scalar { Raw: null } ? "null" : $"'{Source(result)}'";
            throw Error(ReadingDescriptors.MissingObjective, result, found);
        }
        return Flow.Return;
    }

    Flow ExecuteIf(IConditionalOperation branch)
    {
        if (Condition(branch.Condition))
            return Execute(branch.WhenTrue);
        return branch.WhenFalse is { } otherwise ? Execute(otherwise) : Flow.Next;
    }

    /// <summary>The value of a condition, which must be a constant.</summary>
    bool Condition(IOperation operation)
    {
        if (Evaluate(operation) is Scalar { Raw: bool value })
            return value;
        throw NotConstant(operation, "a condition must be a constant bool");
    }

    ReadingException Thrown(IThrowOperation operation)
    {
        // The message of the usual "throw new SomeException(message)" is worth showing when it can be read.
        IOperation? exception = operation.Exception;
        while (exception is IConversionOperation conversion)
            exception = conversion.Operand;
        string message = exception is IObjectCreationOperation { Arguments: [var first, ..] }
            && first.Value.ConstantValue is { HasValue: true, Value: string text }
                ? $" ({text})"
                : "";
        return Error(ReadingDescriptors.Thrown, operation, message);
    }

    static string StatementName(IOperation statement) => statement switch
    {
        ILabeledOperation or IBranchOperation => "goto",
        ITryOperation => "try",
        IUsingOperation or IUsingDeclarationOperation => "using",
        ILockOperation => "lock",
        ILocalFunctionOperation => "A local function (make it a static method of the class instead)",
        IReturnOperation => "yield",
        _ => "This statement",
    };
}
