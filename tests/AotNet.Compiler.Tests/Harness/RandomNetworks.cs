using AotNet.Compiler.Specification;
using CsCheck;

namespace AotNet.Compiler.Tests.Harness;

/// <summary>Random valid networks that shrink: a list of choices, each of which adds one op to what is there.</summary>
static class RandomNetworks
{
    internal static Gen<NetworkSpec> Gen { get; } =
        from batch in CsCheck.Gen.Int[1, 70]
        from width in CsCheck.Gen.Int[1, 40]
        from block in CsCheck.Gen.Int[1, 30]
        from objective in CsCheck.Gen.Int[0, 3]
        from choices in CsCheck.Gen.Select(CsCheck.Gen.Int[0, 16], CsCheck.Gen.Int[0, 1000]).List[0, 12]
        select Build(batch, width, block, objective, choices);

    static NetworkSpec Build(int batch, int width, int block, int objective, List<(int Op, int Detail)> choices)
    {
        var b = new NetworkBuilder("Random", batch) { CurvatureBlock = block };
        Value x = b.Input("x", width);
        foreach ((int op, int detail) in choices)
            x = Apply(b, x, op, detail);
        int outputs = 1 + choices.Count;
        return objective switch
        {
            0 => b.SoftmaxCrossEntropy(x.Dense(outputs + 1), b.Labels(outputs + 1)),
            1 => b.MeanSquaredError(x.Dense(outputs), b.Targets(outputs)),
            2 => b.BinaryCrossEntropy(x.Dense(outputs), b.Targets(outputs)),
            _ => b.Huber(x.Dense(outputs), b.Targets(outputs)),
        };
    }

    static Value Apply(NetworkBuilder b, Value x, int op, int detail) => op switch
    {
        0 or 1 or 2 => x.Dense(1 + detail % 50, bias: detail % 3 != 0, curvature: (Curvature)(detail % 6)),
        3 => x.Relu(),
        4 => x.LeakyRelu(),
        5 => x.ModU(),
        6 => x.Tanh(),
        7 => x.Sigmoid(),
        8 => x.Gelu(),
        9 => x.Silu(),
        10 => x.BatchRms(trueGradient: detail % 2 == 0),
        11 => x.RmsNorm(),
        12 => x.LayerNorm(),
        13 => x.BatchNorm(),
        14 => x.Flatten().Dropout(0.5),
        15 => x + x.Tanh(),
        _ => b.Concat(x.Dense(1 + detail % 20), x.Relu()),
    };
}
