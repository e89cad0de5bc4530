namespace AotNet.Training;

/// <summary>Questions that several verbs ask of a network.</summary>
static class NetworkInfoExtensions
{
    /// <summary>Whether answers are right or wrong: classes and labels, not regression.</summary>
    public static bool HasAccuracy(this NetworkInfo network) =>
        network.Target.Kind is ObjectiveKind.SoftmaxCrossEntropy or ObjectiveKind.BinaryCrossEntropy;

    /// <summary>Answers that one row gives: one class, or one for each label.</summary>
    public static int AnswersPerRow(this NetworkInfo network) => network.Target.IsClass ? 1 : network.Target.Width;
}
