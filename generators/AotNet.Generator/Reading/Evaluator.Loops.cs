using AotNet.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace AotNet.Generator.Reading;

partial class Evaluator
{
    Flow ExecuteFor(IForLoopOperation loop)
    {
        ExecuteAll(loop.Before);
        while (loop.Condition is not { } condition || Condition(condition))
        {
            Iterate(loop);
            Flow flow = Execute(loop.Body);
            if (flow == Flow.Return)
                return flow;
            if (flow == Flow.Break)
                break;
            ExecuteAll(loop.AtLoopBottom);
        }
        return Flow.Next;
    }

    Flow ExecuteWhile(IWhileLoopOperation loop)
    {
        bool first = !loop.ConditionIsTop;
        while (first || loop.Condition is { } condition && Condition(condition) != loop.ConditionIsUntil)
        {
            first = false;
            Iterate(loop);
            Flow flow = Execute(loop.Body);
            if (flow == Flow.Return)
                return flow;
            if (flow == Flow.Break)
                break;
        }
        return Flow.Next;
    }

    Flow ExecuteForEach(IForEachLoopOperation loop)
    {
        if (loop.IsAsynchronous)
            throw Error(ReadingDescriptors.UnsupportedStatement, loop, "await foreach");
        IEnumerable<Value> items = Evaluate(loop.Collection) switch
        {
            // A copy: C# would throw where the body changes the list that it walks.
            Sequence sequence => sequence.Items.ToArray(),
            Scalar { Raw: string text } => text.Select(static character => new Scalar(character)),
            Scalar { Raw: null } =>
                throw Error(ReadingDescriptors.NullValue, loop.Collection, Source(loop.Collection), "a collection"),
            _ => throw NotConstant(loop.Collection, "foreach needs an array, a list, a string or Enumerable.Range"),
        };
        foreach (Value item in items)
        {
            Iterate(loop);
            if (loop.LoopControlVariable is IVariableDeclaratorOperation variable)
                variables[variable.Symbol] = ConvertTo(item, variable.Symbol.Type, loop.Collection);
            else
                Deconstruct(loop.LoopControlVariable, item);
            Flow flow = Execute(loop.Body);
            if (flow == Flow.Return)
                return flow;
            if (flow == Flow.Break)
                break;
        }
        return Flow.Next;
    }

    void Iterate(ILoopOperation loop)
    {
        Charge(loop, 1);
        if (++budget.Iterations > Budget.MaxIterations)
            throw Fatal(ReadingDescriptors.EndlessLoop, HeadOf(loop), Text(Budget.MaxIterations));
    }

    // What decides when the loop ends: its condition, else its keyword.
    static LocationInfo HeadOf(ILoopOperation loop) => loop.Syntax switch
    {
        ForStatementSyntax { Condition: { } condition } => LocationInfo.Of(condition),
        ForStatementSyntax statement => LocationInfo.Of(statement.ForKeyword),
        WhileStatementSyntax statement => LocationInfo.Of(statement.Condition),
        DoStatementSyntax statement => LocationInfo.Of(statement.Condition),
        CommonForEachStatementSyntax statement => LocationInfo.Of(statement.Expression),
        _ => LocationInfo.Of(loop.Syntax),
    };
}
