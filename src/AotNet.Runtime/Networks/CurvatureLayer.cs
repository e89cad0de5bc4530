namespace AotNet.Runtime;

/// <summary>How one layer with weights is decorrelated, and how its curvature stands after the last step.</summary>
/// <param name="Name">Layer.</param>
/// <param name="Form">As in <see cref="LayerInfo.CurvatureForm"/>; <c>off</c> also where the optimiser leaves the layer out.</param>
/// <param name="Order">Order of the system solved for it; 0 when off.</param>
/// <param name="Damping">
/// Damping λ of the factor in use, absolute, as it became where it had to be raised; 0 while there is no factor, and when
/// raising did not help.
/// </param>
/// <param name="FactorAge">Steps since the one that made the factor in use, 0 for the last step; -1 while there is none.</param>
/// <param name="DampingRaised">Times a factorisation was repeated with ten times the damping.</param>
/// <param name="DecorrelationsSkipped">Times its gradient stayed undecorrelated because that did not help.</param>
public sealed record CurvatureLayer(string Name, string Form, int Order, float Damping, long FactorAge, long DampingRaised,
    long DecorrelationsSkipped);
