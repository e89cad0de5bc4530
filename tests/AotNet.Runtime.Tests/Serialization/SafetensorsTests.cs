using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace AotNet.Runtime.Tests.Serialization;

public sealed class SafetensorsTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("aotnet-safetensors-").FullName;

    string FilePath => Path.Combine(directory, "net.safetensors");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void What_was_written_is_read()
    {
        Sample().WriteTo(FilePath);
        SafetensorsFile file = SafetensorsFile.Read(FilePath);
        Assert.Equal(["dense1.weight", "empty", "scalar", "counters"], file.Names);
        Assert.Equal([2, 3], file.Shape("dense1.weight"));
        Assert.Equal([1f, 2f, float.NaN, -0f, float.PositiveInfinity, float.Epsilon], file.Floats("dense1.weight"));
        Assert.Equal(-0f, file.Floats("dense1.weight")[3]);
        Assert.Empty(file.Shape("scalar"));
        Assert.Equal([7f], file.Floats("scalar"));
        Assert.Equal([0, 5], file.Shape("empty"));
        Assert.True(file.Floats("empty").IsEmpty);
        Assert.Equal([int.MinValue, -1, int.MaxValue], file.Integers("counters"));
        Assert.Equal(2, file.Metadata.Count);
        Assert.Equal("näme \"quoted\"\n", file.Metadata["a key"]);
    }

    [Fact]
    public void The_layout_is_that_of_safetensors()
    {
        Sample().WriteTo(FilePath);
        byte[] bytes = File.ReadAllBytes(FilePath);
        int header = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        Assert.Equal(0, (8 + header) % 64);
        Assert.Equal((byte)'{', bytes[8]);
        string text = Encoding.UTF8.GetString(bytes, 8, header);
        Assert.EndsWith("}", text.TrimEnd(' '), StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(text);
        Assert.Equal(["__metadata__", "dense1.weight", "empty", "scalar", "counters"], json.RootElement.EnumerateObject().Select(entry => entry.Name));
        Assert.Equal(["a key", "version"], json.RootElement.GetProperty("__metadata__").EnumerateObject().Select(entry => entry.Name));
        JsonElement weight = json.RootElement.GetProperty("dense1.weight");
        Assert.Equal("""{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}""", weight.GetRawText());
        Assert.Equal("""{"dtype":"I32","shape":[3],"data_offsets":[28,40]}""", json.RootElement.GetProperty("counters").GetRawText());
        Assert.Equal(8 + header + 40, bytes.Length);
        Assert.Equal(2f, BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(8 + header + 4)));
    }

    [Fact]
    public void Equal_contents_give_equal_bytes()
    {
        Sample().WriteTo(FilePath);
        byte[] first = File.ReadAllBytes(FilePath);
        Sample().WriteTo(FilePath);
        Assert.Equal(first, File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void A_file_without_tensors_is_a_file()
    {
        new SafetensorsWriter().WriteTo(FilePath);
        SafetensorsFile file = SafetensorsFile.Read(FilePath);
        Assert.Empty(file.Names);
        Assert.Empty(file.Metadata);
    }

    [Fact]
    public void The_writer_refuses_what_no_reader_would_take()
    {
        var writer = new SafetensorsWriter();
        writer.Add("x", [2], [1f, 2f]);
        Assert.Throws<ArgumentException>(() => writer.Add("x", [2], [1f, 2f]));
        Assert.Throws<ArgumentException>(() => writer.Add("__metadata__", [2], [1f, 2f]));
        Assert.Throws<ArgumentException>(() => writer.Add("y", [3], [1f, 2f]));
        Assert.Throws<ArgumentException>(() => writer.Add("y", [-1, -2], [1f, 2f]));
        Assert.Throws<ArgumentException>(() => writer.Add("y", [1 << 16, 1 << 16, 1 << 16, 1 << 16], (ReadOnlySpan<float>)[]));
        writer.WriteTo(FilePath);
        Assert.Equal(["x"], SafetensorsFile.Read(FilePath).Names);
    }

    [Fact]
    public void A_missing_tensor_or_another_type_is_named()
    {
        Sample().WriteTo(FilePath);
        SafetensorsFile file = SafetensorsFile.Read(FilePath);
        Assert.Contains("'dense9'", Assert.Throws<InvalidDataException>(() => file.Shape("dense9")).Message, StringComparison.Ordinal);
        Assert.Contains("F32 values, expected I32", Assert.Throws<InvalidDataException>(() => { file.Integers("scalar"); }).Message, StringComparison.Ordinal);
        Assert.Contains("I32 values, expected F32", Assert.Throws<InvalidDataException>(() => { file.Floats("counters"); }).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"x":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"x":{"dtype":"Q4_9","shape":[64],"data_offsets":[0,36]}}""", 36)]
    public void Types_of_other_tools_are_carried_but_not_read(string header, int dataLength)
    {
        SafetensorsFile file = Parse(header, dataLength);
        Assert.Equal(["x"], file.Names);
        Assert.Throws<InvalidDataException>(() => { file.Floats("x"); });
    }

    [Fact]
    public void Tensors_may_stand_in_any_order_in_the_header()
    {
        SafetensorsFile file = Parse(
            """{"b":{"shape":[1],"data_offsets":[4,8],"dtype":"F32"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}  """, 8);
        Assert.Equal(["b", "a"], file.Names);
    }

    [Theory]
    [InlineData("", 0, "not valid JSON")]
    [InlineData("{", 0, "not valid JSON")]
    [InlineData("[]", 0, "must be an object")]
    [InlineData("{} {}", 0, "not valid JSON")]
    [InlineData("""{"x":1}""", 0, "must be an object")]
    [InlineData("""{"x":{}}""", 0, "lacks its dtype")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1]}}""", 4, "lacks its dtype")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4]}}""", 4, "two offsets")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", 4, "unexpected or repeated property 'more'")]
    [InlineData("""{"x":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "unexpected or repeated property 'dtype'")]
    [InlineData("""{"x":{"dtype":4,"shape":[1],"data_offsets":[0,4]}}""", 4, "must be a string")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "whole numbers of at least 0")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "whole numbers of at least 0")]
    [InlineData("""{"x":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "whole numbers of at least 0")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,1e99]}}""", 4, "whole numbers of at least 0")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "ends before it begins")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "should take 8 bytes, but its offsets span 4")]
    [InlineData("""{"x":{"dtype":"F32","shape":[0,3],"data_offsets":[0,4]}}""", 4, "should take 0 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", 4, "larger than can be read")]
    [InlineData("""{"x":{"dtype":"F32","shape":[65536,65536,65536,65536],"data_offsets":[0,4]}}""", 4, "larger than can be read")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 2, "truncated")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 9, "5 bytes follow the last tensor")]
    [InlineData("{}", 1, "1 bytes follow the last tensor")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "belong to none")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "overlaps")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "'x' twice")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "must be a string")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", 0, "'a' twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "twice")]
    [InlineData("""{"\ud800":{}}""", 0, "not valid Unicode")]
    public void An_inconsistent_header_is_refused_with_the_reason(string header, int dataLength, string reason)
    {
        var error = Assert.Throws<InvalidDataException>(() => Parse(header, dataLength));
        Assert.StartsWith("Cannot read 'test': ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[0], "too few")]
    [InlineData(new byte[] { 1, 0, 0, 0, 0, 0, 0 }, "too few")]
    [InlineData(new byte[] { 9, 0, 0, 0, 0, 0, 0, 0, 1 }, "should take 9 bytes, but only 1 follow")]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255 }, "not a safetensors file")]
    [InlineData(new byte[] { 1, 225, 245, 5, 0, 0, 0, 0 }, "header would take 100000001 bytes")]
    public void A_foreign_file_is_refused(byte[] bytes, string reason)
    {
        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(new MemoryStream(bytes), "test"));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_an_IO_error() =>
        Assert.ThrowsAny<IOException>(() => SafetensorsFile.Read(Path.Combine(directory, "none")));

    [Fact]
    public void With_a_checksum_damage_to_any_byte_is_noticed()
    {
        string path = Path.Combine(directory, "checked.safetensors");
        var writer = new SafetensorsWriter { Checksum = true };
        writer.Metadata["step"] = "12";
        writer.Add("a", [2, 3], [1f, 2, 3, 4, 5, 6]);
        writer.Add("b", [3], [7, 8, 9]);
        writer.WriteTo(path);
        byte[] whole = File.ReadAllBytes(path);
        Assert.Equal(8, SafetensorsFile.Read(path).Metadata["aotnet.checksum"].Length);
        for (int at = 0; at < whole.Length; at++)
        {
            foreach (int bit in (int[])[1, 4, 16])
            {
                byte[] damaged = (byte[])whole.Clone();
                damaged[at] ^= (byte)bit;
                File.WriteAllBytes(path, damaged);
                // The one exception: a key that no longer says it is a checksum.
                bool unnamed = !System.Text.Encoding.UTF8.GetString(damaged).Contains("\"aotnet.checksum\":\"", StringComparison.Ordinal);
                if (!unnamed)
                    Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path));
            }
        }
    }

    [Fact]
    public void Damaged_files_are_refused_or_valid_and_never_crash()
    {
        Sample().WriteTo(FilePath);
        byte[] original = File.ReadAllBytes(FilePath);
        int header = (int)BinaryPrimitives.ReadUInt64LittleEndian(original);
        var random = CounterRandom.FromSeed(2024, stream: 0);
        int refused = 0, accepted = 0;
        for (int round = 0; round < 30_000; round++)
        {
            byte[] damaged = Damage(original, 8 + header, ref random);
            try
            {
                SafetensorsFile file = SafetensorsFile.Read(new MemoryStream(damaged), "test");
                accepted++;
                foreach (string name in file.Names)
                    Touch(file, name);
            }
            catch (InvalidDataException error)
            {
                Assert.StartsWith("Cannot read 'test': ", error.Message, StringComparison.Ordinal);
                refused++;
            }
        }
        Assert.True(refused > 1000 && accepted > 1000, $"{refused} refused, {accepted} accepted: both sides must be tried.");
    }

    static byte[] Damage(byte[] original, int dataOffset, ref CounterRandom random)
    {
        byte[] bytes = [.. original];
        switch (random.NextInt(4))
        {
            case 0:
                return bytes[..random.NextInt(bytes.Length)];
            case 1:
                return [.. bytes, .. new byte[1 + random.NextInt(9)]];
            case 2:
                int end = random.NextInt(3) == 0 ? bytes.Length : dataOffset; // mostly the length and the header
                for (int flips = 1 + random.NextInt(3); flips > 0; flips--)
                    bytes[random.NextInt(end)] ^= (byte)(1 << random.NextInt(8));
                return bytes;
            default:
                bytes[8 + random.NextInt(dataOffset - 8)] = "0123456789[]{},:\" "u8[random.NextInt(18)];
                return bytes;
        }
    }

    static void Touch(SafetensorsFile file, string name)
    {
        try
        {
            long values = file.Shape(name).Aggregate(1L, (product, extent) => product * extent);
            Assert.Equal(values, file.Floats(name).Length);
        }
        catch (InvalidDataException)
        {
            // Another type: refused when it is asked for.
        }
    }

    [Fact]
    public void A_networks_tensor_is_written_as_it_stands_without_its_padding()
    {
        using var arena = new Arena(2 * 16 * sizeof(float));
        arena.Fill(float.NaN);
        var tensor = new NetworkTensor(arena, new TensorInfo("w", TensorRole.Weight, 2, 3, 16, 0), 0);
        var own = new SafetensorsWriter { Checksum = true };
        own.Add("w", [2, 3], tensor);
        Assert.Throws<ArgumentException>(() => own.Add("v", [2, 4], tensor));
        tensor.CopyFrom([1f, 2f, 3f, 4f, 5f, 6f]);
        own.WriteTo(FilePath);
        byte[] found = File.ReadAllBytes(FilePath);

        var copied = new SafetensorsWriter { Checksum = true };
        copied.Add("w", [2, 3], [1f, 2f, 3f, 4f, 5f, 6f]);
        copied.WriteTo(FilePath);
        Assert.Equal(File.ReadAllBytes(FilePath), found);
        Assert.True(SafetensorsFile.Read(FilePath).HasChecksum);
    }

    static SafetensorsFile Parse(string header, int dataLength)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] bytes = new byte[8 + json.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)json.Length);
        json.CopyTo(bytes, 8);
        return SafetensorsFile.Read(new MemoryStream(bytes), "test");
    }

    static SafetensorsWriter Sample()
    {
        var writer = new SafetensorsWriter();
        writer.Metadata["version"] = "1";
        writer.Metadata["a key"] = "näme \"quoted\"\n";
        writer.Add("dense1.weight", [2, 3], [1f, 2f, float.NaN, -0f, float.PositiveInfinity, float.Epsilon]);
        writer.Add("empty", [0, 5], (ReadOnlySpan<float>)[]);
        writer.Add("scalar", [], [7f]);
        writer.Add("counters", [3], [int.MinValue, -1, int.MaxValue]);
        return writer;
    }
}
