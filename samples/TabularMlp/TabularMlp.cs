using AotNet;

/// <summary>
/// Four measurements of a flower, three species: the iris table of Anderson and Fisher (1936), which lies beside this
/// file as <c>iris.csv</c>.
/// </summary>
[Network(Batch = 32)]
public sealed partial class TabularMlp
{
    static Objective Define([Shape(4)] Tensor measurements, [Classes(3)] Labels species) =>
        Objective.SoftmaxCrossEntropy(measurements.Dense(16).Tanh().Dense(3), species);
}
