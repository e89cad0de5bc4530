using Xunit.Abstractions;

namespace AotNet.EndToEnd.Tests.MachineCode;

/// <summary>The kernels of published binaries, disassembled.</summary>
[Collection(SamplesCollection.Name)]
public sealed class PublishedKernelTests(PublishedSamples samples, ITestOutputHelper output)
{
    [Fact]
    public void Kernels_for_this_processor_are_compiled_as_they_were_written() => Audit(samples.FashionMlp);

    [Fact]
    public void Kernels_for_AVX2_are_compiled_as_they_were_written() => Audit(samples.FashionMlpForAvx2);

    void Audit(string program)
    {
        string half = TrainerProcess.Run(program, "info", "--json").Expect(0).Json().GetProperty("instruction_set").GetString()! == "avx512"
            ? "Avx512" : "Avx2";
        KernelCode code = KernelCode.Read(program, PublishedSamples.ObjectFileOf(program), PublishedSamples.EmittedTextOf(program, half), half);
        var audited = code.Kernels.Where(kernel => code.Methods.ContainsKey(kernel.Name)).ToList();
        int tiles = audited.Count(static kernel => kernel.IsTile), vectors = audited.Count(static kernel => kernel.VectorBits > 0);
        output.WriteLine($"{half}: {audited.Count} of {code.Kernels.Count} methods, {vectors} of them with vectors, {tiles} of them tiles");
        // The compiler leaves out a method only where another has the same code.
        Assert.True(audited.Count >= code.Kernels.Count * 0.9, $"{code.Kernels.Count} methods were emitted, {audited.Count} found in {program}.");
        Assert.True(tiles >= 10 && vectors >= tiles + 10, $"{tiles} tiles and {vectors} kernels with vectors are too few for this network.");
        string[] breaches = [.. audited.SelectMany(kernel => KernelAudit.Breaches(kernel, code.Methods[kernel.Name], code.NameOf))];
        Assert.True(breaches.Length == 0, string.Join('\n', breaches));
    }
}
