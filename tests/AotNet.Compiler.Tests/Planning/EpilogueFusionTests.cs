using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Tests;

/// <summary>Which element-wise kernels end up in a product, and what is stored then.</summary>
public sealed class EpilogueFusionTests
{
    static Plan PlanOf(Func<NetworkBuilder, Value> network)
    {
        var b = new NetworkBuilder("N", batch: 8);
        return Planner.Plan(NetworkBuilder.GraphOf(b.SoftmaxCrossEntropy(network(b).Dense(10), b.Labels(10))));
    }

    static bool HasPlace(Plan plan, string buffer) => plan.Memory.Placements.Any(place => place.Buffer.Name == buffer);

    [Fact]
    public void ReluLeavesTheProductInRegisters()
    {
        Plan plan = PlanOf(static b => b.Input("x", 20).Dense(24).Relu());
        MatrixProduct product = plan.Forward.OfType<MatrixProduct>().First();
        Assert.Equal("relu1", product.Epilogue?.Output.Name);
        Assert.False(product.Epilogue!.StoresProduct);
        Assert.False(HasPlace(plan, "dense1"));
        Assert.DoesNotContain(plan.Step, static kernel => kernel is Elementwise);
    }

    [Fact]
    public void WhatTheBackwardPassReadsIsStoredToo()
    {
        Plan plan = PlanOf(static b => b.Input("x", 20).Dense(24).ModU());
        MatrixProduct product = plan.Forward.OfType<MatrixProduct>().First();
        Assert.True(product.Epilogue!.StoresProduct);
        Assert.True(HasPlace(plan, "dense1"));
    }

    [Fact]
    public void ChainsBackwardRunOnTheResidual()
    {
        Plan plan = PlanOf(static b => b.Input("x", 20).Dense(24).ModU().BatchRms());
        MatrixProduct product = plan.Backward.OfType<MatrixProduct>().First(static kernel => kernel.Name == "dense2 dX");
        Assert.Equal("dense1 residual", product.Epilogue?.Output.Name);
        Assert.Equal(2, product.Epilogue!.Steps.Split('\n').Length);
        Assert.False(HasPlace(plan, "batchrms1 residual"));
        Assert.False(HasPlace(plan, "modu1 residual"));
    }

    [Fact]
    public void ATrueGradientOfBatchRmsNeedsTheWholeResidual()
    {
        Plan plan = PlanOf(static b => b.Input("x", 20).Dense(24).ModU().BatchRms(trueGradient: true));
        Assert.Null(plan.Backward.OfType<MatrixProduct>().First(static kernel => kernel.Name == "dense2 dX").Epilogue);
        Assert.Single(plan.Backward.OfType<BatchRmsBackward>());
        Assert.True(HasPlace(plan, "batchrms1 residual"));
        Assert.True(HasPlace(plan, "modu1"));
    }

    [Fact]
    public void ResidualAdditionReadsTheOtherBranch()
    {
        Plan plan = PlanOf(static b =>
        {
            Value x = b.Input("x", 20).Dense(24).Tanh();
            return x + x.Dense(24);
        });
        MatrixProduct product = plan.Forward.OfType<MatrixProduct>().Single(static kernel => kernel.Name == "dense2");
        Assert.Equal("add1", product.Epilogue?.Output.Name);
        Assert.Equal("tanh1", Assert.Single(product.Epilogue!.Operands).Name);
    }

    [Fact]
    public void SumsInPlaceStayApart()
    {
        // Tiles overlap at the end of the rows, which is harmless for whatever reads one buffer and writes another.
        Plan plan = PlanOf(static b =>
        {
            Value x = b.Input("x", 20).Dense(24).Tanh();
            return x + x.Dense(24);
        });
        Assert.DoesNotContain(plan.Step.OfType<MatrixProduct>(), static kernel => kernel.Epilogue is { } end && end.Operands.Contains(end.Output));
        Assert.Contains(plan.Backward, static kernel => kernel is Elementwise { Name: "tanh1 residual sum" });
    }

    [Theory]
    [InlineData("Tanh")]
    [InlineData("Sigmoid")]
    public void TranscendentalFunctionsAndMasksStayApart(string function)
    {
        Plan plan = PlanOf(b => function == "Tanh" ? b.Input("x", 20).Dense(24).Tanh() : b.Input("x", 20).Dense(24).Sigmoid());
        Assert.Contains(plan.Forward, static kernel => kernel is Elementwise);
        Assert.Null(plan.Forward.OfType<MatrixProduct>().First().Epilogue);
    }
}
