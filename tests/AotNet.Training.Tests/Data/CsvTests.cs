using AotNet.Training.Data;
using AotNet.Training.Data.Formats;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Data;

public sealed class CsvTests : IDisposable
{
    static readonly NetworkInfo Classes = Infos.Of(2, 3);
    static readonly NetworkInfo Regression = Infos.Of(2, 2, ObjectiveKind.MeanSquaredError);

    readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    (FloatDataset Data, CsvSchema Schema) Read(string text, NetworkInfo? network = null, string? label = null)
    {
        (Dataset data, CsvSchema schema) = CsvDataset.ReadTraining(directory.Write("t.csv", text), label, network ?? Classes);
        return ((FloatDataset)data, schema);
    }

    string Refusal(string text, NetworkInfo? network = null, string? label = null)
    {
        var problem = Assert.Throws<UsageException>(() => Read(text, network, label));
        Assert.Equal(ExitCode.Usage, problem.ExitCode);
        Assert.True(problem.Message.EndsWith('.') && !problem.Message.Contains('\n'), problem.Message);
        return problem.Message;
    }

    [Theory]
    [InlineData("1,2,0\n3,4,1\n5,6,2\n")]
    [InlineData("a,b,c\n1,2,0\n3,4,1\n5,6,2")]
    [InlineData("a;b;c\n1;2;0\n3;4;1\n5;6;2\n")]
    [InlineData("\n1\t2\t0\r\n3\t4\t1\r\n\r\n5\t6\t2\r\n")]
    [InlineData("\uFEFF\"1\",\"2\",\"0\"\n 3 , 4 , 1 \n5.0,6e0,+2\n")]
    public void HeaderDelimiterAndQuotesAreFoundOut(string text)
    {
        (FloatDataset data, _) = Read(text);
        Assert.Equal([1f, 2, 3, 4, 5, 6], data.Values);
        Assert.Equal([0, 1, 2], data.Labels);
        Assert.Equal(3, data.Count);
    }

    [Theory]
    [InlineData("y,a,b\n0,1,2\n1,3,4\n", "y")]
    [InlineData("y,a,b\n0,1,2\n1,3,4\n", "0")]
    [InlineData("a,y,b\n1,0,2\n3,1,4\n", "1")]
    [InlineData("1,0,2\n3,1,4\n", "-2")]
    [InlineData("a,label,b\n1,0,2\n3,1,4\n", null)]
    [InlineData("Class,a,b\n0,1,2\n1,3,4\n", null)]
    public void TheLabelColumnGoesByNameOrIndex(string text, string? label)
    {
        (FloatDataset data, _) = Read(text, label: label);
        Assert.Equal([1f, 2, 3, 4], data.Values);
        Assert.Equal([0, 1], data.Labels);
    }

    [Fact]
    public void NamesOfClassesAreSortedOrdinally()
    {
        (FloatDataset data, CsvSchema schema) = Read("1,2,\"b, the second\"\n1,2,a\n1,2,C\n1,2,a\n");
        Assert.Equal(["C", "a", "b, the second"], schema.ClassNames);
        Assert.Equal([2, 1, 0, 1], data.Labels);
    }

    [Fact]
    public void RegressionTakesTheLastColumnsOrThoseNamed()
    {
        Assert.Equal([3f, 4, 7, 8], Read("1,2,3,4\n5,6,7,8\n", Regression).Data.Targets);
        (FloatDataset data, CsvSchema schema) = Read("a,b,c,d\n1,2,3,4\n5,6,7,8\n", Regression, "d,a");
        Assert.Equal([4f, 1, 8, 5], data.Targets);
        Assert.Equal([2f, 3, 6, 7], data.Values);
        Assert.Equal(["b", "c"], schema.FeatureNames);
        Assert.Equal(["d", "a"], schema.LabelNames);
    }

    [Theory]
    [InlineData("", "holds no rows")]
    [InlineData("\n\n", "holds no rows")]
    [InlineData("a,b,c\n", "holds a header but no rows")]
    [InlineData("a,b,c\n1,2,0\n1,,0\n", "line 3, column 2 (b): the value is missing")]
    [InlineData("1,2,0\n1,?,0\n", "line 2, column 2: the value is missing")]
    [InlineData("1,2,0\n1,NA,0\n", "line 2, column 2: the value is missing")]
    [InlineData("1,2,0\n1,2,\n", "line 2, column 3: the value is missing")]
    [InlineData("1,2,0\n1,x,0\n", "line 2, column 2: 'x' is not a number")]
    [InlineData("1,2,0\n1,nan,0\n", "line 2, column 2: 'nan' is not a finite number")]
    [InlineData("1,2,0\n1,1e99,0\n", "'1e99' is not a finite number")]
    [InlineData("1,2,0\n1,2\n", "line 2: has 2 fields; the first record has 3")]
    [InlineData("1,2,0\n1,2,3,4\n", "line 2: has 4 fields; the first record has 3")]
    [InlineData("1,2,3,0\n", "3 features, but network Toy takes 2")]
    [InlineData("1,0\n", "1 features, but network Toy takes 2")]
    [InlineData("1,2,0\n1,2,3\n", "line 2, column 3: label 3 is outside 0 to 2")]
    [InlineData("1,2,0\n1,2,-1\n", "line 2, column 3: label -1 is outside 0 to 2")]
    [InlineData("1,2,0\n1,2,99999999999999999999\n", "line 2, column 3: label 99999999999999999999 is outside")]
    [InlineData("1,2,x\n1,2,y\n", "has 2 classes (x, y), but network Toy has 3")]
    [InlineData("1,2,a\n1,2,b\n1,2,c\n1,2,d\n", "has 4 classes (a, b, c, d), but network Toy has 3")]
    [InlineData("1,2,0\n1,\"2,0\n1,2,0\n", "quoted field is malformed or not closed")]
    [InlineData("1,2,\"two\nlines\"\n1,2,x\n1,2,y\n1,z,y\n", "line 5, column 2: 'z' is not a number")]
    [InlineData("\n\n1,2,0\n\n1,z,0\n", "line 5, column 2: 'z' is not a number")]
    public void AMalformedTableIsRefusedWithItsLine(string text, string expected) => Assert.Contains(expected, Refusal(text));

    [Theory]
    [InlineData("c", "has no column 'c'; it has a, b, y")]
    [InlineData("3", "there is no column 3")]
    [InlineData("-4", "there is no column -4")]
    [InlineData("a,b", "names 2 columns, but network Toy learns 1")]
    [InlineData("a,a", "names a column twice")]
    public void AWrongLabelFlagIsRefused(string label, string expected) =>
        Assert.Contains(expected, Refusal("a,b,y\n1,2,0\n", label: label));

    [Fact]
    public void MultiLabelTargetsLieBetweenZeroAndOne() =>
        Assert.Contains("line 1, column 4: 2 is outside 0 to 1", Refusal("1,2,0,2\n", Infos.Of(2, 2, ObjectiveKind.BinaryCrossEntropy)));

    [Fact]
    public void AMissingFileIsRefused()
    {
        var problem = Assert.Throws<UsageException>(() => CsvDataset.ReadTraining(directory["none.csv"], null, Classes));
        Assert.Contains("there is no such file", problem.Message);
    }

    [Fact]
    public void AnotherFileIsReadByNamesWhereBothHaveThem()
    {
        (_, CsvSchema schema) = Read("a,b,kind\n1,2,x\n3,4,y\n5,6,z\n");
        string other = directory.Write("other.csv", "kind,b,extra,a\ny,20,7,10\n");
        var data = (FloatDataset)CsvDataset.ReadEvaluation(other, schema, Classes);
        Assert.Equal([10f, 20], data.Values);
        Assert.Equal([1], data.Labels);
        string unknown = directory.Write("unknown.csv", "a,b,kind\n1,2,w\n");
        Assert.Contains("label 'w' is none of x, y, z",
            Assert.Throws<UsageException>(() => CsvDataset.ReadEvaluation(unknown, schema, Classes)).Message);
        string lacking = directory.Write("lacking.csv", "a,c,kind\n1,2,x\n");
        Assert.Contains("has no column b",
            Assert.Throws<UsageException>(() => CsvDataset.ReadEvaluation(lacking, schema, Classes)).Message);
    }

    [Fact]
    public void ColumnsAreStandardisedEachByItsOwn()
    {
        (FloatDataset data, _) = Read("1,5,0\n3,5,1\n5,5,2\n");
        Standardization standardization = data.Measure([0, 1, 2]);
        Assert.Equal([3f, 5f], standardization.Mean);
        Assert.Equal(1 / Math.Sqrt(8.0 / 3), standardization.Scale[0], 1e-6);
        Assert.Equal(1f, standardization.Scale[1]);
        Standardization uncentered = data.Measure([0, 1, 2], centers: false);
        Assert.Equal([0f, 0f], uncentered.Mean);
        Assert.Equal(1 / Math.Sqrt(35.0 / 3), uncentered.Scale[0], 1e-6);
        Assert.Equal(0.2f, uncentered.Scale[1], 1e-6f);
    }
}
