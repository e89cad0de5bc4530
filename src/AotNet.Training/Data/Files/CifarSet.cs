using System.Text;

namespace AotNet.Training.Data.Files;

/// <summary>
/// The files of CIFAR-10 or CIFAR-100. Each sample is one label byte, or two of which the first is coarse, and a picture
/// of 32 x 32 points as three planes, red, green and blue.
/// </summary>
sealed class CifarSet
{
    const int Side = 32, Channels = 3, Plane = Side * Side, Features = Plane * Channels, CoarseClasses = 20;

    readonly FileTree tree;
    readonly NetworkInfo network;
    readonly string prefix;
    readonly bool hundred;

    /// <summary>Finds the files.</summary>
    /// <exception cref="UsageException">They are not there, or the network takes no such pictures.</exception>
    public CifarSet(string path, NetworkInfo network)
    {
        this.network = network;
        tree = FileTree.Open(path);
        string first = tree.Names.FirstOrDefault(CifarFiles.IsOne)
            ?? throw new UsageException($"{path}: holds no {CifarFiles.TenTrain[0]} of CIFAR-10 and no {CifarFiles.HundredTrain} of CIFAR-100.");
        prefix = first[..(first.LastIndexOf('/') + 1)];
        hundred = first.EndsWith(CifarFiles.HundredTrain, StringComparison.Ordinal) || first[prefix.Length..] == CifarFiles.HundredTest;
        if (network.Inputs.Count != 1 || network.InputFeatures != Features || (network.Inputs[0].Shape is { Count: 3 } shape && (shape[0] != Side || shape[2] != Channels)))
            throw Problem.WrongFeatures(path, $"a picture of CIFAR has 32x32x3 = {Features} values", network);
        int classes = hundred ? 100 : 10;
        if (!network.Target.IsClass || (network.Target.Width != classes && !(hundred && network.Target.Width == CoarseClasses)))
        {
            throw new UsageException($"{path}: has {(hundred ? "100 classes, or 20 coarse ones" : "10 classes")}, but network {network.Name} has {network.Target.Width}"
                + $"{(network.Target.IsClass ? "" : " real values to learn")}.");
        }
    }

    /// <summary>What to learn from.</summary>
    public string[] TrainFiles => hundred ? [CifarFiles.HundredTrain] : CifarFiles.TenTrain;

    /// <summary>What to be measured on.</summary>
    public string[] TestFiles => [hundred ? CifarFiles.HundredTest : CifarFiles.TenTest];

    /// <summary>Whether there is something to be measured on.</summary>
    public bool HasTest => Holds(TestFiles[0]);

    /// <summary>Names of the classes in order, where the file with them is there and whole; else none.</summary>
    public string[] ClassNames()
    {
        string file = !hundred ? CifarFiles.TenNames : network.Target.Width == CoarseClasses ? CifarFiles.CoarseNames : CifarFiles.FineNames;
        if (!Holds(file))
            return [];
        string[] names = Encoding.UTF8.GetString(Bytes(file)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return names.Length == network.Target.Width && names.Distinct().Count() == names.Length ? names
            : throw new UsageException($"{tree.Describe(prefix + file)}: has {names.Length} names, expected {network.Target.Width} different ones.");
    }

    /// <summary>Reads files one behind another.</summary>
    /// <exception cref="UsageException">One is missing, truncated, or has a label of no class.</exception>
    public ByteDataset Read(string[] files)
    {
        int row = (hundred ? 2 : 1) + Features, labelAt = hundred && network.Target.Width != CoarseClasses ? 1 : 0;
        CheckLengths(files);
        byte[][] contents = [.. files.Select(Bytes)];
        for (int i = 0; i < files.Length; i++)
        {
            if (contents[i].Length == 0 || contents[i].Length % row != 0)
            {
                throw new UsageException($"{tree.Describe(prefix + files[i])}: has {contents[i].Length} bytes, no whole number of samples of {row}; "
                    + "it is truncated or damaged.");
            }
        }
        int count = contents.Sum(content => content.Length / row);
        byte[] values = SampleBytes.Allocate(checked(count * Features));
        var labels = new int[count];
        int sample = 0;
        for (int i = 0; i < files.Length; i++)
        {
            for (int at = 0; at < contents[i].Length; at += row, sample++)
            {
                labels[sample] = contents[i][at + labelAt];
                if (labels[sample] >= network.Target.Width)
                {
                    throw new UsageException($"{tree.Describe(prefix + files[i])}: sample {at / row}: "
                        + $"{Problem.OutsideClasses($"{labels[sample]}", network.Target.Width)} of network {network.Name}.");
                }
                Interleave(contents[i].AsSpan(at + row - Features, Features), values.AsSpan(sample * Features, Features));
            }
        }
        return new ByteDataset { Source = tree.Source, Count = count, Features = Features, Values = values, Labels = labels };
    }

    bool Holds(string file) => Array.BinarySearch(tree.Names, prefix + file, StringComparer.Ordinal) >= 0;

    /// <summary>Before anything is read: the samples become one array.</summary>
    void CheckLengths(string[] files)
    {
        long total = 0;
        foreach (string file in files)
        {
            if (!Holds(file))
                throw new UsageException($"{tree.Describe(prefix + file)}: is missing.");
            total += tree.LengthOf(prefix + file);
            if (total > Array.MaxLength)
            {
                throw new UsageException($"{tree.Describe(prefix + file)}: the files up to this one have {total} bytes, more than the 2 GB that are read at once; "
                    + "leave samples out, or give them as image files, which may take more.");
            }
        }
    }

    byte[] Bytes(string file)
    {
        using FileCursor cursor = tree.Read([prefix + file]);
        byte[] buffer = [];
        cursor.Next(ref buffer, out _, out int length);
        return buffer.AsSpan(0, length).ToArray();
    }

    /// <summary>From planes to the colours of a point beside each other, which networks take.</summary>
    static void Interleave(ReadOnlySpan<byte> planes, Span<byte> points)
    {
        for (int point = 0; point < Plane; point++)
        {
            for (int channel = 0; channel < Channels; channel++)
                points[point * Channels + channel] = planes[channel * Plane + point];
        }
    }
}
