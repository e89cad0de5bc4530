using System.Text.Json;
using Xunit.Abstractions;

namespace AotNet.EndToEnd.Tests;

/// <summary>Binaries for an instruction set of one's choice.</summary>
[Collection(SamplesCollection.Name)]
public sealed class InstructionSetTests(PublishedSamples samples, ITestOutputHelper output)
{
    [Fact]
    public void An_avx2_binary_learns_the_same()
    {
        string program = samples.FashionMlpForAvx2;
        JsonElement info = TrainerProcess.Run(program, "info", "--json").Expect(0).Json();
        Assert.Equal("avx2", info.GetProperty("instruction_set").GetString());
        TrainerProcess.Run(program, "self-test").Expect(0);
    }

    [Fact]
    public void On_a_processor_without_it_the_program_says_so_and_exits_with_3()
    {
        const string emulator = "/usr/bin/qemu-x86_64";
        Assert.True(File.Exists(emulator), $"{emulator} is missing: test.sh installs qemu-user.");
        ProcessResult result = TrainerProcess.Run(emulator, "-cpu", "Nehalem", samples.FashionMlp, "info");
        output.WriteLine(result.Error);
        result.Expect(3);
        Assert.Single(result.Error.Trim().Split('\n'), static line => line.Contains("AVX", StringComparison.Ordinal));
    }
}
