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
        Assert.False(product.Epilogue!.StoresResult);
        Assert.False(HasPlace(plan, "dense1"));
        Assert.DoesNotContain(plan.Step, static kernel => kernel is Elementwise);
    }

    [Fact]
    public void WhatTheBackwardPassReadsIsStoredToo()
    {
        Plan plan = PlanOf(static b => b.Input("x", 20).Dense(24).ModU());
        MatrixProduct product = plan.Forward.OfType<MatrixProduct>().First();
        Assert.True(product.Epilogue!.StoresResult);
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
    public void SumsOfResidualsMoveIntoTheLastPartAndNeverInPlace()
    {
        // Tiles overlap at the end of the rows, which is harmless for whatever reads one buffer and writes another.
        Plan plan = PlanOf(static b =>
        {
            Value x = b.Input("x", 20).Dense(24).Tanh();
            return x + x.Dense(24);
        });
        Assert.DoesNotContain(plan.Step.OfType<FusibleKernel>(), static kernel => kernel.Epilogue is { } end && end.Operands.Contains(end.Output));
        Assert.DoesNotContain(plan.Backward, static kernel => kernel is Elementwise { Name: "tanh1 residual sum" });
        MatrixProduct dX = plan.Backward.OfType<MatrixProduct>().Single(static kernel => kernel.Name == "dense2 dX");
        Assert.StartsWith("{1} + {0}", dX.Epilogue!.Steps);
    }

    [Fact]
    public void SumsBehindWhatDoesNotFuseStayInPlace()
    {
        Plan plan = PlanOf(static b =>
        {
            Value x = b.Input("x", 20).Dense(24).Tanh();
            return x.Sigmoid() + x.Dropout(0.5);
        });
        Elementwise sum = plan.Backward.OfType<Elementwise>().Single(static kernel => kernel.Name == "tanh1 residual sum");
        Assert.Equal(sum.Inputs[0], sum.Output);
    }

    [Fact]
    public void AdditionsPassTheirResidualWithoutACopy()
    {
        Plan plan = PlanOf(static b =>
        {
            Value x = b.Input("x", 20).Dense(24).Tanh();
            return x + x.Dropout(0.5);
        });
        Elementwise sum = plan.Backward.OfType<Elementwise>().Single(static kernel => kernel.Name == "tanh1 residual sum");
        Assert.NotEqual(sum.Inputs[0], sum.Output); // what the addition passes on is the dropout's too
        Assert.DoesNotContain(plan.Backward, static kernel => kernel.Name == "add1 backward");
    }

    [Fact]
    public void BatchNormTakesActivationsAndAdditions()
    {
        Plan plan = PlanOf(static b =>
        {
            Value x = b.Input("x", 20).Dense(24).BatchNorm().Relu();
            return (x + x.Dense(24).BatchNorm()).Relu();
        });
        BatchNormForward[] norms = [.. plan.Forward.OfType<BatchNormForward>()];
        Assert.Equal([1, 2], norms.Select(static norm => norm.Epilogue!.Steps.Split('\n').Length));
        Assert.All(norms, static norm => Assert.False(norm.Epilogue!.StoresResult));
        Assert.DoesNotContain(plan.Forward, static kernel => kernel is Elementwise);
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
