namespace PaperExperiments.Networks;

/// <summary>Settings of the authors' code that are not AotNet's defaults, beside Gram matrices of one batch.</summary>
static class Authors
{
    /// <summary>Relative floor of BatchRms.</summary>
    public const float Floor = 1e-2f;
}
