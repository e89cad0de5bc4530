namespace AotNet.EndToEnd.Tests.MachineCode;

/// <summary>The audit finds what it is for, and nothing else, in crafted disassembly.</summary>
public sealed class KernelAuditTests
{
    const string GoodTile = """
        1000: push   rbp
        1001: mov    rbp,rsp
        1004: vmovups zmm0,ZMMWORD PTR [rcx]
        100a: lea    rax,[rsi+0x194400]
        1011: vmovups zmm24,ZMMWORD PTR [rsi]
        1017: vfmadd231ps zmm0,zmm24,DWORD BCST [rdi]
        101d: add    rdi,0x4
        1021: cmp    rsi,rax
        1024: jne    1011 <__cxa_finalize@plt+0x11>
        102a: vmovups ZMMWORD PTR [rdx],zmm0
        1030: vzeroupper
        1033: pop    rbp
        1034: ret
        """;

    static readonly EmittedKernel Tile = new("Tile8x48", 512), Elements = new("Elements512", 512), Driver = new("Product784x512", 0);

    static string[] Audit(EmittedKernel kernel, string text)
    {
        Instruction[] code = [.. text.Split('\n').Select(Instruction.Parse).OfType<Instruction>()];
        return [.. KernelAudit.Breaches(kernel, new MachineMethod(kernel.Name, code), static address => address switch
        {
            0x2000 => "S_P_CoreLib_System_Runtime_Intrinsics_Vector512__FusedMultiplyAdd_0",
            0x3000 => "AotNet_Runtime_AotNet_Runtime_WorkerTeam__Meet",
            _ => null,
        })];
    }

    static string With(string line, string before) => GoodTile.Replace(before, line + "\n" + before, StringComparison.Ordinal);

    [Fact]
    public void A_tile_in_registers_passes() => Assert.Empty(Audit(Tile, GoodTile));

    [Theory]
    [InlineData("1018: vmovups ZMMWORD PTR [rbp-0x90],zmm0")]
    [InlineData("1018: vmovups zmm0,ZMMWORD PTR [rsp+0x40]")]
    [InlineData("1018: vfmadd231ps zmm0,zmm24,DWORD BCST [rsp+rax*4+0x8]")]
    [InlineData("1018: mov    r8,QWORD PTR [rbp+0x10]")]
    public void A_spill_in_a_loop_is_found(string spill)
    {
        string breach = Assert.Single(Audit(Tile, With(spill, "101d:")));
        Assert.Contains("Tile8x48", breach);
        Assert.Contains("in its loop", breach);
        Assert.Contains(Instruction.Parse(spill)!.ToString(), breach);
    }

    [Theory]
    [InlineData("1005: vmovups ZMMWORD PTR [rsp+0x40],zmm0", 1)]
    [InlineData("1005: vaddps zmm0,zmm0,ZMMWORD PTR [rbp-0x40]", 1)]
    [InlineData("1005: vmovss DWORD PTR [rbp-0x4],xmm0", 0)]
    [InlineData("1005: mov    r8,QWORD PTR [rbp+0x10]", 0)]
    [InlineData("1005: lea    rbp,[rsp+0x10]", 0)]
    public void Outside_of_loops_the_stack_may_hold_scalars_and_no_vectors(string line, int breaches) =>
        Assert.Equal(breaches, Audit(Tile, With(line, "100a:")).Length);

    [Theory]
    [InlineData("1018: call   2000 <__cxa_finalize@plt+0x11>")]
    [InlineData("1032: jmp    2000 <__cxa_finalize@plt+0x11>")]
    public void A_call_of_a_vector_helper_is_found(string call)
    {
        Assert.Contains("Vector512__FusedMultiplyAdd", Assert.Single(Audit(Tile, With(call, "101d:"))));
        Assert.Contains("Vector512__FusedMultiplyAdd", Assert.Single(Audit(Elements, With(call, "101d:"))));
    }

    [Theory]
    [InlineData("1018: call   3000 <__cxa_finalize@plt+0x11>")]
    [InlineData("1018: call   QWORD PTR [rax+0x18]")]
    public void Others_than_tiles_may_call_what_is_no_vector_helper(string call)
    {
        Assert.Contains("is a tile and calls", Assert.Single(Audit(Tile, With(call, "101d:"))));
        Assert.Empty(Audit(Elements, With(call, "101d:")));
    }

    [Fact]
    public void A_kernel_with_narrower_vectors_than_written_is_found()
    {
        string narrow = GoodTile.Replace("zmm", "xmm", StringComparison.Ordinal).Replace("ZMMWORD", "XMMWORD", StringComparison.Ordinal);
        Assert.Contains("512 bits", Assert.Single(Audit(Elements, narrow)));
        Assert.Equal(2, Audit(Tile, narrow).Length);
        Assert.Empty(Audit(Tile with { VectorBits = 256 }, GoodTile.Replace("zmm", "ymm", StringComparison.Ordinal)));
        Assert.Empty(Audit(Driver, "1000: push   rbp\n1001: mov    QWORD PTR [rbp-0x8],rdi\n1002: call   3000 <x>"));
    }

    [Fact]
    public void A_tile_without_multiply_adds_in_a_loop_is_found()
    {
        string apart = GoodTile.Replace("vfmadd231ps zmm0,zmm24", "vmulps zmm0,zmm24", StringComparison.Ordinal);
        Assert.Contains("fused multiply-add", Assert.Single(Audit(Tile, apart)));
        string straight = string.Join('\n', GoodTile.Split('\n').Where(static line => !line.Contains("jne", StringComparison.Ordinal)));
        Assert.Contains("fused multiply-add", Assert.Single(Audit(Tile, straight)));
    }

    [Fact]
    public void Emitted_text_tells_the_width_of_each_kernel()
    {
        const string text = """
            using V = global::System.Runtime.Intrinsics.Vector512<float>;
                    internal static string? FirstNonFinite(in KernelContext c)
                    {
                    }
                    // C = A B.
                    [MethodImpl(MethodImplOptions.NoInlining)]
                    static void Tile1x16(float* a)
                    {
                        if (a != null)
                        {
                            V c0_0 = *(V*)a;
                        }
                    }
                    static void Transpose8(float* a)
                    {
                        var r0 = *(Vector256<float>*)a;
                    }
                    static void Product3x16(float* a)
                    {
                        Tile1x16(a);
                    }
                    // V is not a vector here.
                    static void Copy(float* a)
                    {
                        VN.Create(a[0]);
                    }
            """;
        Assert.Equal([new("FirstNonFinite", 0), new("Tile1x16", 512), new("Transpose8", 256), new("Product3x16", 0), new("Copy", 512)],
            EmittedKernel.Read(text, 512));
        Assert.Equal(256, EmittedKernel.Read(text, 256)[1].VectorBits);
    }
}
