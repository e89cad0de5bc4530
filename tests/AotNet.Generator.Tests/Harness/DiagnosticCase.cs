using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace AotNet.Generator.Tests.Harness;

/// <summary>A declaration in error: the diagnostic's id and message, and its span between « and ».</summary>
public sealed record DiagnosticCase(string Id, string Message, string Source)
{
    /// <summary>Its severity.</summary>
    public DiagnosticSeverity Severity { get; init; } = DiagnosticSeverity.Error;

    /// <summary>A case whose body stands in a Define over tensor x of 4 features and labels y of 3 classes.</summary>
    public static DiagnosticCase InBody(string id, string message, string body, string members = "",
        string outside = "") => new(id, message, $$"""
        [Network]
        partial class N
        {
            static Objective Define([Shape(4)] Tensor x, [Classes(3)] Labels y)
            {
                {{body}}
            }
            {{members}}
        }
        {{outside}}
        """);

    /// <summary>Runs the generator and compares the one diagnostic it gives.</summary>
    internal Run Check()
    {
        int start = Source.IndexOf('«'), end = Source.IndexOf('»') - 1;
        Assert.True(start >= 0 && end > start, "A case marks its span.");
        string source = Source.Replace("«", "").Replace("»", "");
        Run run = Driver.Run(source);
        ImmutableArray<Diagnostic> all = run.Result.Diagnostics;
        Diagnostic found = all.Length == 1
            ? all[0]
            : throw new Xunit.Sdk.XunitException($"Expected one diagnostic:\n{string.Join("\n", all)}");
        Assert.Equal(Id, found.Id);
        Assert.Equal(source[start..end], Slice(source, found.Location.SourceSpan));
        Assert.Equal(TextSpan.FromBounds(start, end), found.Location.SourceSpan);
        // # stands for a number that is not this test's business.
        string message = found.GetMessage(CultureInfo.InvariantCulture);
        Assert.Equal(Message, Message.Contains('#') ? Regex.Replace(message, @"(?<=needs )\d+", "#") : message);
        Assert.Equal(Severity, found.Severity);
        LinePosition line = SourceText.From(source).Lines.GetLinePosition(start);
        Assert.Equal(("Network.cs", line), (found.Location.GetLineSpan().Path, found.Location.GetLineSpan().StartLinePosition));
        return run;
    }

    static string Slice(string source, TextSpan span) => span.End <= source.Length ? source.Substring(span.Start, span.Length) : "";

    /// <inheritdoc/>
    public override string ToString() => Id + " " + Message;
}
