using AotNet.Generator.Diagnostics;

namespace AotNet.Generator.Reading;

/// <summary>
/// Ends the reading of a statement. The statement's targets become unknown and reading goes on behind it, so that one
/// run finds several errors; control flow that depends on something unknown ends the reading of the declaration.
/// </summary>
/// <param name="diagnostic">What to report; null when the C# compiler or an earlier diagnostic says it.</param>
/// <param name="fatal">Whether reading must not go on: a bound was exceeded.</param>
sealed class ReadingException(DiagnosticInfo? diagnostic, bool fatal = false) : Exception
{
    public DiagnosticInfo? Diagnostic { get; } = diagnostic;

    public bool Fatal { get; } = fatal;
}
