using System.Text;
using AotNet.Training.Data;
using AotNet.Training.Reporting;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Reporting;

public sealed class ProgressBarTests : IDisposable
{
    /// <summary>How long a bar may take to be drawn; it takes a tenth of a second.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly TemporaryDirectory directory = new();
    readonly Screen screen = new();

    public void Dispose()
    {
        directory.Dispose();
        screen.Dispose();
    }

    [Fact]
    public void WhileImagesAreDecodedABarSaysHowManyAreAndThenMakesRoom()
    {
        for (int i = 0; i < 8; i++)
            directory.Write($"data/{"ab"[i % 2]}/{i}.png", [(byte)i, 0, 0, 1]);
        using var lines = new StringWriter();
        int begun = 0;
        string half = "", all = "";
        var format = new CountingFormat
        {
            // Decoding waits for the bar, so that it does not end before one is drawn.
            BeforeDecoding = () =>
            {
                if (++begun == 5)
                    half = screen.Await("4 of 8 ");
                else if (begun == 8)
                    all = screen.Await("7 of 8 ");
            },
        };
        format.ReadTraining(directory["data"], new DataRequest(Infos.OfImages(2, 2, 1, 2))
        {
            CacheDirectory = directory["cache"],
            Reporter = new TextReporter(lines, new ProgressBar(screen)),
        });
        Assert.Equal("[########........] 4 of 8 images decoded", half);
        Assert.Equal("[##############..] 7 of 8 images decoded", all);
        Assert.Equal("", screen.Line);
        Assert.StartsWith($"{directory["data"]}: 8 images, decoded in ", lines.ToString());
        Assert.Single(lines.ToString().TrimEnd().Split('\n'));
    }

    /// <summary>The line that a terminal would show.</summary>
    sealed class Screen : TextWriter
    {
        readonly Lock changing = new();
        readonly StringBuilder line = new();
        int column;

        public override Encoding Encoding => Encoding.UTF8;

        public string Line
        {
            get
            {
                lock (changing)
                    return line.ToString().TrimEnd();
            }
        }

        /// <summary>Waits for a text; gives the line that holds it.</summary>
        public string Await(string text)
        {
            string shown = "";
            Assert.True(SpinWait.SpinUntil(() => (shown = Line).Contains(text), Patience), $"{text} is not shown, but: {shown}");
            return shown;
        }

        public override void Write(ReadOnlySpan<char> buffer)
        {
            lock (changing)
            {
                foreach (char character in buffer)
                    Write(character);
            }
        }

        public override void Write(char value)
        {
            Assert.NotEqual('\n', value);
            if (value == '\r')
            {
                column = 0;
                return;
            }
            line.Length = Math.Max(line.Length, column + 1);
            line[column++] = value;
        }
    }
}
