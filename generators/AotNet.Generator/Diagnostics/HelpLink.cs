namespace AotNet.Generator.Diagnostics;

/// <summary>Where the catalogue of diagnostics stands.</summary>
static class HelpLink
{
    /// <summary>Address of the catalogue up to the anchor, which is the id in lower case.</summary>
    public const string Base = "https://github.com/aotnet/aotnet/blob/main/generators/DIAGNOSTICS.md#";
}
