using AotNet.Compiler.Graphs;
using AotNet.Compiler.Planning;
using AotNet.Compiler.Specification;

namespace AotNet.Compiler.Tests;

/// <summary>Which form a layer takes, and what of it the plan says.</summary>
public sealed class CurvatureChoiceTests
{
    [Theory]
    [InlineData(Curvature.Auto, false, 4096, "dual")]
    [InlineData(Curvature.Auto, true, 4096, "primal-inputs")]
    [InlineData(Curvature.Auto, true, 300, "blocked")]
    [InlineData(Curvature.Auto, true, 301, "primal-inputs")]
    [InlineData(Curvature.Auto, false, 15, "blocked")] // the batch is 16
    [InlineData(Curvature.Dual, false, 15, "dual")]
    [InlineData(Curvature.Dual, true, 300, "blocked")]
    [InlineData(Curvature.Primal, true, 300, "primal-inputs")]
    [InlineData(Curvature.TwoSided, true, 300, "blocked")]
    [InlineData(Curvature.TwoSided, false, 301, "two-sided")]
    [InlineData(Curvature.Off, true, 4096, "off")]
    public void FormFollowsRequestAndBudget(Curvature request, bool averaged, int budget, string form)
    {
        Plan plan = PlanOf(request, averaged, budget);
        Assert.Equal(form, plan.Curvatures[0].FormName);
        Assert.Contains($"exact up to order {budget}", PlanPrinter.Print(plan));
    }

    [Theory]
    [InlineData(CurvatureForm.Primal)]
    [InlineData(CurvatureForm.PrimalInputs)]
    [InlineData(CurvatureForm.Dual)]
    [InlineData(CurvatureForm.TwoSided)]
    [InlineData(CurvatureForm.Blocked)]
    public void EveryPartOfAFormCosts(CurvatureForm form)
    {
        CurvatureParts work = CurvatureCost.Default.Of(form, 300, 200, 64, 100);
        Assert.True(work is { Gram: > 0, Factor: > 0, Solve: > 0 });
        Assert.True(work.Total < CurvatureCost.Default.Of(form, 600, 400, 128, 100).Total);
    }

    static Plan PlanOf(Curvature request, bool averaged, int budget)
    {
        var builder = new NetworkBuilder("Budget", batch: 16) { AveragedCurvature = averaged };
        NetworkSpec spec = builder.MeanSquaredError(builder.Input("x", 300).Dense(200, curvature: request), builder.Targets(200));
        return Planner.Plan(NetworkBuilder.GraphOf(spec with { CurvatureBudget = budget }));
    }
}
