using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace AotNet.Generator.Reading;

partial class Evaluator
{
    Flow ExecuteSwitch(ISwitchOperation choice)
    {
        Value value = Evaluate(choice.Value);
        ISwitchCaseOperation? selected =
            choice.Cases.FirstOrDefault(section => section.Clauses.Any(clause => Matches(clause, value)))
            ?? choice.Cases.FirstOrDefault(static section => section.Clauses.OfType<IDefaultCaseClauseOperation>().Any());
        if (selected is null)
            return Flow.Next;
        Flow flow = ExecuteAll(selected.Body);
        return flow == Flow.Break ? Flow.Next : flow;
    }

    bool Matches(ICaseClauseOperation clause, Value value) => clause switch
    {
        ISingleValueCaseClauseOperation single => AreEqual(value, Evaluate(single.Value), single),
        IPatternCaseClauseOperation pattern =>
            Matches(pattern.Pattern, value) && (pattern.Guard is null || Condition(pattern.Guard)),
        IDefaultCaseClauseOperation => false,
        _ => throw Unsupported(clause, "This case"),
    };

    Value EvaluateSwitch(ISwitchExpressionOperation choice)
    {
        Value value = Evaluate(choice.Value);
        foreach (ISwitchExpressionArmOperation arm in choice.Arms)
        {
            if (Matches(arm.Pattern, value) && (arm.Guard is null || Condition(arm.Guard)))
                return Evaluate(arm.Value);
        }
        throw NotConstant(choice, "no arm of the switch matches");
    }

    bool Matches(IPatternOperation pattern, Value value)
    {
        Enter(pattern);
        bool matches = pattern switch
        {
            IDiscardPatternOperation => true,
            IConstantPatternOperation constant => AreEqual(value, Evaluate(constant.Value), constant),
            IRelationalPatternOperation relation =>
                Binary(relation.OperatorKind, value, Evaluate(relation.Value), relation) is Scalar { Raw: true },
            INegatedPatternOperation negated => !Matches(negated.Pattern, value),
            IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both =>
                Matches(both.LeftPattern, value) && Matches(both.RightPattern, value),
            IBinaryPatternOperation either => Matches(either.LeftPattern, value) || Matches(either.RightPattern, value),
            IDeclarationPatternOperation { MatchesNull: true } any => Bind(any.DeclaredSymbol, value),
            IInvalidOperation => throw Silent(),
            _ => throw Unsupported(pattern, "This pattern"),
        };
        Leave();
        return matches;
    }

    bool Bind(ISymbol? variable, Value value)
    {
        if (variable is not null)
            variables[variable] = value;
        return true;
    }

    bool AreEqual(Value left, Value right, IOperation operation) =>
        Binary(BinaryOperatorKind.Equals, left, right, operation) is Scalar { Raw: true };
}
