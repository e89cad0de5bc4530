using System.Globalization;
using System.Text.RegularExpressions;
using AotNet.Compiler.Specification;
using AotNet.Compiler.Tests.Harness;

namespace AotNet.Compiler.Tests;

/// <summary>Properties of emitted text as text.</summary>
public sealed class EmittedTextTests
{
    [Fact]
    public void TheCultureOfTheseTestsIsAwkward()
    {
        Assert.Equal("\u2212", CultureInfo.CurrentCulture.NumberFormat.NegativeSign);
        Assert.Equal("\u22121,5", (-1.5).ToString(CultureInfo.CurrentCulture));
    }

    [Fact]
    public void CultureDoesNotShow()
    {
        EquatableArray<SourceFile> here = NetworkCompiler.Compile(Networks.EveryOp()).Sources;
        CultureInfo culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            Assert.True(here == NetworkCompiler.Compile(Networks.EveryOp()).Sources);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
        Assert.All(here, static source => Assert.DoesNotContain("\u2212", source.Text));
    }

    [Fact]
    public void EqualDeclarationsGiveEqualText()
    {
        Assert.True(Networks.EveryOp() == Networks.EveryOp());
        Assert.True(NetworkCompiler.Compile(Networks.EveryOp()) == NetworkCompiler.Compile(Networks.EveryOp()));
    }

    [Fact]
    public void LinesEndWithALineFeedAndNothingElse()
    {
        foreach (SourceFile source in NetworkCompiler.Compile(Networks.EveryOp()).Sources.Concat(NetworkCompiler.Compile(Networks.AwkwardNames()).Sources))
        {
            Assert.DoesNotContain('\r', source.Text);
            Assert.DoesNotContain('\t', source.Text);
            Assert.EndsWith("}\n", source.Text);
            Assert.DoesNotMatch(new Regex("[ ]\n"), source.Text);
        }
    }

    [Theory]
    [InlineData(EmittedInstructions.Avx2, ".Avx2")]
    [InlineData(EmittedInstructions.Avx512, ".Avx512")]
    public void OneHalfMayBeWrittenAlone(EmittedInstructions instructions, string suffix)
    {
        EquatableArray<SourceFile> sources = NetworkCompiler.Compile(Networks.Smallest(), new CompilerOptions { Instructions = instructions }).Sources;
        Assert.Equal(["", suffix, suffix + ".Probe", ".Probe"], sources.Select(static source => source.Suffix));
        Assert.DoesNotContain("IsSupported", sources[0].Text);
        EquatableArray<SourceFile> both = NetworkCompiler.Compile(Networks.Smallest()).Sources;
        Assert.Contains(sources[1], both);
    }

    /// <summary>What a training step runs is the same text, to the letter, whether there are probes or not.</summary>
    [Fact]
    public void ProbesStandInFilesOfTheirOwn()
    {
        foreach (NetworkSpec spec in new[] { Networks.Smallest(), Networks.EveryOp(), Networks.AwkwardNames() })
        {
            EquatableArray<SourceFile> with = NetworkCompiler.Compile(spec).Sources, without = NetworkCompiler.Compile(spec with { Probes = false }).Sources;
            Assert.Equal(["", ".Avx512", ".Avx2"], without.Select(static source => source.Suffix));
            Assert.Equal(without, with.Where(static source => !source.Suffix.EndsWith(".Probe", StringComparison.Ordinal)));
            Assert.All(without, static source => Assert.DoesNotContain("Probe", source.Text));
        }
    }

    [Fact]
    public void EqualLayersShareTheirMethods()
    {
        foreach (string suffix in new[] { ".Avx512", ".Avx2" })
        {
            int few = Methods(Networks.Deep(10), suffix), many = Methods(Networks.Deep(100), suffix);
            Assert.True(few > 5, $"{few} methods are too few to say anything");
            Assert.Equal(few, many);
        }
    }

    static int Methods(NetworkSpec spec, string suffix) =>
        Regex.Count(NetworkCompiler.Compile(spec).Sources.Single(source => source.Suffix == suffix).Text, @"^ *static [\w<>]+\??\*? \w+\(", RegexOptions.Multiline);
}
