namespace AotNet.Runtime;

/// <summary>What one batch gave.</summary>
/// <param name="Loss">Mean loss over the rows.</param>
/// <param name="Correct">
/// Correct answers: rows whose largest output is the label's, or outputs on the right side of 0.5 for binary
/// cross-entropy; 0 for regression.
/// </param>
/// <param name="Rows">Rows in the batch.</param>
public readonly record struct BatchResult(float Loss, long Correct, int Rows);
