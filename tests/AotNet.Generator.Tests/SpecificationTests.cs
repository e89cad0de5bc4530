using AotNet.Generator.Tests.Harness;

namespace AotNet.Generator.Tests;

/// <summary>Golden texts of what is read.</summary>
public class SpecificationTests
{
    [Fact]
    public void TheSmallestNetwork()
    {
        Check("""
            namespace Samples;

            [Network]
            public sealed partial class Tiny
            {
                static Objective Define([Shape(4)] Tensor input, [Classes(3)] Labels label) =>
                    Objective.SoftmaxCrossEntropy(input.Dense(3), label);
            }
            """, """
            Samples.Tiny batch 32 memory 0 block 500
            %0 = Tensor input 4
            %1 = Labels label 3
            %2 = Dense(%0, 3, 1, 'He', 0, 0)
            %3 = SoftmaxCrossEntropy(%2, %1)
            return %3
            """);
    }

    static void Check(string source, string expected) =>
        Assert.Equal(expected + "\n", SpecPrinter.Print(Driver.Run(source).Specification));
}
