namespace AotNet.Peers.Libraries;

/// <summary>Update rules that both sides have.</summary>
enum StepRule
{
    /// <summary>SGD with momentum 0.9.</summary>
    Sgd,

    /// <summary>Adam with its paper's settings.</summary>
    Adam,
}
