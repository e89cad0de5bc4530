namespace AotNet.Compiler.Emission;

/// <summary>Scratch of one worker on its stack.</summary>
static class PanelMemory
{
    /// <summary>Declares <paramref name="name"/>, <paramref name="floats"/> floats from a cache line on; the method skips initialising locals.</summary>
    internal static void Declare(SourceWriter writer, string name, long floats)
    {
        writer.Line($"float* {name}Memory = stackalloc float[{Literal.Number(floats + 15)}];");
        writer.Line($"float* {name} = (float*)((nint)({name}Memory + 15) & ~63);");
    }
}
