using System.Globalization;
using System.Text.Json;
using Xunit.Abstractions;

namespace AotNet.EndToEnd.Tests;

/// <summary>Reports as a browser shows them: drawn, complete, without an error, at the widths of a phone and a desk, light and dark.</summary>
[Collection(SamplesCollection.Name)]
public sealed class ReportTests(PublishedSamples samples, ITestOutputHelper output)
{
    const string Hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&\"'";

    static readonly (int Width, bool Dark)[] Windows = [(390, false), (390, true), (1280, false), (1280, true)];

    static JsonElement Chart(JsonElement facts, string title) => facts.GetProperty("charts").EnumerateArray()
        .First(chart => chart.GetProperty("title").GetString() == title);

    static JsonElement Series(JsonElement chart, string label) => chart.GetProperty("series").EnumerateArray()
        .First(series => series.GetProperty("label").GetString() == label);

    static string[] Titles(JsonElement facts) => [.. facts.GetProperty("charts").EnumerateArray().Select(static chart => chart.GetProperty("title").GetString()!)];

    /// <summary>Fails unless a curve has exactly these values at epochs 1, 2, ... and each of them is visible.</summary>
    static void AssertDrawn(JsonElement series, IEnumerable<double> values)
    {
        double[] expected = [.. values];
        JsonElement[] points = [.. series.GetProperty("points").EnumerateArray()];
        Assert.Equal(Enumerable.Range(1, expected.Length).Select(static epoch => (double)epoch), points.Select(static point => point[0].GetDouble()));
        Assert.Equal(expected, points.Select(static point => point[1].GetDouble()), static (a, b) => Math.Abs(a - b) <= 1e-9 * Math.Abs(b));
        Assert.Equal(expected.Length, series.GetProperty("drawn").GetInt32());
        Assert.InRange(series.GetProperty("own").GetInt32(), (expected.Length + 1) / 2, expected.Length);
    }

    /// <summary>What holds of every report: nothing went wrong, nothing is wider than the window, every chart has ink.</summary>
    static JsonElement Show(string report, int width, bool dark)
    {
        JsonElement facts = Browser.Show(report, width, dark);
        Assert.Empty(facts.GetProperty("problems").EnumerateArray());
        Assert.Empty(facts.GetProperty("alerts").EnumerateArray());
        Assert.Equal(width, facts.GetProperty("width").GetInt32());
        Assert.InRange(facts.GetProperty("contentWidth").GetInt32(), 1, width);
        Assert.Equal(dark, facts.GetProperty("ground").EnumerateArray().Sum(static part => part.GetInt32()) < 3 * 128);
        Assert.All(facts.GetProperty("charts").EnumerateArray(), chart =>
        {
            Assert.True(chart.GetProperty("ink").GetBoolean());
            Assert.InRange(chart.GetProperty("left").GetDouble(), 0, width);
            Assert.InRange(chart.GetProperty("right").GetDouble(), 0, width);
        });
        return facts;
    }

    static double[] Column(JsonElement[] log, string name, double factor = 1) => [.. log.Select(line => line.GetProperty(name).GetDouble() * factor)];

    [Fact]
    public void The_report_of_a_real_run_shows_its_points_at_every_width_and_in_both_schemes()
    {
        string run = samples.Fresh("reported");
        TrainerProcess.Run(samples.FashionMlp, "train", "--data", PublishedSamples.FashionMnist, "--epochs", "3", "--validation", "0.1", "--schedule", "linear",
            "--run", run, "--quiet").Expect(0);
        JsonElement[] log = RunFiles.Log(run);
        string page = Path.Combine(run, "report.html");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"report: {new FileInfo(page).Length} bytes"));
        int[][] confusions = [.. TrainerProcess.Run(samples.FashionMlp, "eval", "--data", PublishedSamples.FashionMnist, "--checkpoint", RunFiles.Checkpoint(run), "--json")
            .Expect(0).Json().GetProperty("confusion_matrix").EnumerateArray().Select(static row => row.EnumerateArray().Select(static cell => cell.GetInt32()).ToArray())];
        foreach ((int width, bool dark) in Windows)
        {
            JsonElement facts = Show(page, width, dark);
            Assert.Equal(["Loss", "Accuracy", "Learning rate", "Speed"], Titles(facts));
            foreach (string split in (string[])["train", "validation", "test"])
            {
                AssertDrawn(Series(Chart(facts, "Loss"), split), Column(log, split + "_loss"));
                AssertDrawn(Series(Chart(facts, "Accuracy"), split), Column(log, split + "_accuracy", 100));
            }
            AssertDrawn(Series(Chart(facts, "Learning rate"), "learning rate"), Column(log, "learning_rate"));
            AssertDrawn(Series(Chart(facts, "Speed"), "samples per second"), Column(log, "samples_per_second"));
            Assert.Equal(confusions, facts.GetProperty("matrix").EnumerateArray().Select(static row => row.EnumerateArray().Select(static cell => cell.GetInt32()).ToArray()));
            Assert.Equal(["Curves", "Confusions", "Network", "Settings", "Speed"], facts.GetProperty("headings").EnumerateArray().Select(static heading => heading.GetString()));
            string text = facts.GetProperty("text").GetString()!;
            foreach (string shown in (string[])["FashionMlp", "dense1", "batchrms2", "535,818", "primal-inputs 513", "--schedule", "linear", "instruction set", "threads"])
                Assert.Contains(shown, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Several_runs_lie_over_one_another()
    {
        string[] runs = [samples.Fresh("one"), samples.Fresh("other")];
        foreach ((string run, string optimizer, string epochs) in (ReadOnlySpan<(string, string, string)>)[(runs[0], "sgd2", "6"), (runs[1], "adam", "4")])
            TrainerProcess.Run(samples.TabularMlp, "train", "--data", PublishedSamples.Iris, "--label", "species", "--validation", "0.3", "--optimizer", optimizer, "--epochs", epochs, "--run", run, "--quiet").Expect(0);
        string page = samples.Fresh("both") + ".html";
        TrainerProcess.Run(samples.TabularMlp, "report", runs[0], runs[1], "--output", page).Expect(0);
        foreach ((int width, bool dark) in ((int, bool)[])[(390, true), (1280, false)])
        {
            JsonElement facts = Show(page, width, dark);
            foreach (string run in runs)
            {
                string name = Path.GetFileName(run);
                AssertDrawn(Series(Chart(facts, "Loss"), $"{name} train"), Column(RunFiles.Log(run), "train_loss"));
                AssertDrawn(Series(Chart(facts, "Accuracy"), $"{name} validation"), Column(RunFiles.Log(run), "validation_accuracy", 100));
                AssertDrawn(Series(Chart(facts, "Learning rate"), name), Column(RunFiles.Log(run), "learning_rate"));
            }
            Assert.Contains("Runs", facts.GetProperty("headings").EnumerateArray().Select(static heading => heading.GetString()));
            Assert.Contains("adam", facts.GetProperty("text").GetString()!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Names_from_files_are_text_and_nothing_else()
    {
        string table = samples.Fresh("hostile") + ".csv", run = samples.Fresh("<b>&\"'");
        string[] kinds = ["setosa", "virginica", Hostile];
        File.WriteAllText(table, "a,b,c,d,kind\n" + string.Concat(Enumerable.Range(0, 60)
            .Select(i => $"{i % 3},{i % 2},1,{i},\"{kinds[i % 3].Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n")));
        TrainerProcess.Run(samples.TabularMlp, "train", "--data", table, "--validation", "0.5", "--epochs", "2", "--run", run, "--quiet").Expect(0);
        File.WriteAllText(Path.Combine(run, "consistency.jsonl"), string.Concat(Enumerable.Range(0, 2)
            .Select(i => $"{{\"epoch\":1,\"step\":1,\"order\":{i},\"layer\":{JsonSerializer.Serialize(Hostile)},\"training_speed\":{i + 1}}}\n")));
        TrainerProcess.Run(samples.TabularMlp, "report", run).Expect(0);
        JsonElement facts = Show(Path.Combine(run, "report.html"), 390, dark: false);
        Assert.Equal(0, facts.GetProperty("images").GetInt32());
        Assert.Contains(Hostile, facts.GetProperty("text").GetString()!, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(run), facts.GetProperty("title").GetString()!, StringComparison.Ordinal);
        Assert.Equal(Hostile, Chart(facts, "Training speed by layer").GetProperty("series")[0].GetProperty("label").GetString());
    }

    [Fact]
    public void Consistency_is_a_map_of_layers_and_moments_and_a_curve_for_each_layer()
    {
        string run = samples.Fresh("probed");
        TrainerProcess.Run(samples.FashionMlp, "train", "--data", PublishedSamples.FashionMnist, "--epochs", "1", "--consistency", "100", "--run", run, "--quiet").Expect(0);
        JsonElement[] lines = RunFiles.Lines(run, "consistency.jsonl");
        string[] layers = [.. lines.Select(static line => line.GetProperty("layer").GetString()!).Distinct()];
        double[] steps = [.. lines.Select(static line => line.GetProperty("step").GetDouble()).Distinct()];
        Assert.Equal(["dense1", "dense2", "dense3"], layers);
        Assert.Equal([1, 100, 200, 300, 400], steps);
        double perEpoch = RunFiles.Log(run)[0].GetProperty("step").GetDouble();
        JsonElement facts = Show(Path.Combine(run, "report.html"), 1280, dark: true);
        foreach ((string title, string figure) in (ReadOnlySpan<(string, string)>)[("Training speed", "training_speed"), ("Residual", "residual_rms"), ("Residual propagation", "propagation")])
        {
            double?[][] values = [.. layers.Select(layer => lines.Where(line => line.GetProperty("layer").GetString() == layer)
                .Select(line => line.GetProperty(figure).ValueKind == JsonValueKind.Null ? (double?)null : line.GetProperty(figure).GetDouble()).ToArray())];
            AssertMapped(Chart(facts, title), values);
            for (int layer = 0; layer < layers.Length; layer++)
            {
                (double X, double Y)[] expected = [.. steps.Zip(values[layer]).Where(static point => point.Second is not null).Select(point => (point.First / perEpoch, point.Second!.Value))];
                JsonElement byLayer = Chart(facts, title + " by layer");
                if (expected.Length == 0)
                {
                    // Nothing before the first layer learns: it has no residual to pass on, and no curve.
                    Assert.DoesNotContain(layers[layer], byLayer.GetProperty("series").EnumerateArray().Select(static series => series.GetProperty("label").GetString()));
                    continue;
                }
                JsonElement curve = Series(byLayer, layers[layer]);
                Assert.Equal(expected, curve.GetProperty("points").EnumerateArray().Select(static point => (X: point[0].GetDouble(), Y: point[1].GetDouble())),
                    static (a, b) => Math.Abs(a.X - b.X) <= 1e-9 && Math.Abs(a.Y - b.Y) <= 1e-9 * Math.Abs(a.Y));
                Assert.Equal(expected.Length, curve.GetProperty("drawn").GetInt32());
            }
        }
        double damping = Assert.Single(lines.Select(static line => line.GetProperty("damping")).Where(static damping => damping.ValueKind != JsonValueKind.Null)
            .Select(static damping => damping.GetDouble()).Distinct());
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{damping} in every layer"), facts.GetProperty("text").GetString()!, StringComparison.Ordinal);
    }

    /// <summary>
    /// Fails unless a map has a cell for each value, none where there is no value, the ends of the scale at the least (dark
    /// violet) and the greatest (yellow), and the brighter a cell the greater its value.
    /// </summary>
    static void AssertMapped(JsonElement chart, double?[][] values)
    {
        int[]?[][] cells = [.. chart.GetProperty("cells").EnumerateArray().Select(static row => row.EnumerateArray()
            .Select(static cell => cell.ValueKind == JsonValueKind.Null ? null : cell.EnumerateArray().Select(static part => part.GetInt32()).ToArray()).ToArray())];
        Assert.Equal(values.Select(static row => row.Select(static value => value is null)), cells.Select(static row => row.Select(static cell => cell is null)));
        (double Value, int[] Colour)[] shown = [.. values.SelectMany(static row => row).Zip(cells.SelectMany(static row => row))
            .Where(static pair => pair.First is not null).Select(static pair => (pair.First!.Value, pair.Second!)).OrderBy(static pair => pair.Item1)];
        Assert.Equal([0x44, 0x01, 0x54], shown[0].Colour);
        Assert.Equal([0xfd, 0xe7, 0x25], shown[^1].Colour);
        double[] brightness = [.. shown.Select(static cell => 0.2126 * cell.Colour[0] + 0.7152 * cell.Colour[1] + 0.0722 * cell.Colour[2])];
        // A part of a colour is a whole number.
        Assert.All(brightness.Zip(brightness.Skip(1)), static pair => Assert.True(pair.Second >= pair.First - 1));
    }

    [Fact]
    public void Ten_thousand_epochs_with_holes_render()
    {
        string run = Run([.. Enumerable.Range(1, 10_000).Select(static epoch => string.Create(CultureInfo.InvariantCulture,
            $"{{\"epoch\":{epoch},\"train_loss\":{(epoch % 7 == 0 ? "null" : 3.0 / epoch)},\"train_accuracy\":null,\"test_loss\":null,\"learning_rate\":0.1,\"seconds\":{epoch}}}"))]);
        TrainerProcess.Run(samples.FashionMlp, "report", run).Expect(0);
        JsonElement facts = Show(Path.Combine(run, "report.html"), 390, dark: false);
        Assert.Equal(["Loss", "Learning rate"], Titles(facts));
        JsonElement loss = Series(Chart(facts, "Loss"), "train");
        Assert.Equal(10_000 - 10_000 / 7, loss.GetProperty("points").GetArrayLength());
        // Of points closer than a pixel not each one's own place is inked.
        Assert.InRange(loss.GetProperty("drawn").GetInt32(), 5_000, 10_000);
    }

    [Theory]
    [InlineData("No epoch has ended yet.", 0)]
    [InlineData("training loss", 1, """{"epoch":1,"step":8,"train_loss":0.5}""")]
    [InlineData("training loss", 1, """{"epoch":1,"train_loss":1e300}""", """{"epoch":2,"train_loss":1e-300}""")]
    [InlineData("epochs", 0, """{"epoch":1,"train_loss":null,"test_loss":1e999}""", """{"unheard":"of"}""")]
    public void Logs_of_every_kind_render(string expected, int charts, params string[] log)
    {
        string run = Run(log);
        TrainerProcess.Run(samples.FashionMlp, "report", run).Expect(0);
        JsonElement facts = Show(Path.Combine(run, "report.html"), 390, dark: true);
        Assert.Equal(charts, facts.GetProperty("charts").GetArrayLength());
        Assert.Contains(expected, facts.GetProperty("text").GetString()!, StringComparison.Ordinal);
    }

    /// <summary>A run directory with nothing but a log, as older runs left it.</summary>
    string Run(params string[] log)
    {
        string run = Directory.CreateDirectory(samples.Fresh("log")).FullName;
        File.WriteAllLines(Path.Combine(run, "log.jsonl"), log);
        return run;
    }
}
