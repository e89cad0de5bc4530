using System.Globalization;
using System.Net;
using System.Text.Json;

namespace AotNet.EndToEnd.Tests;

/// <summary>Shows reports in headless Chromium.</summary>
static class Browser
{
    static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    static string Program => Names.SelectMany(static name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"None of {string.Join(", ", Names)} is on the path: test.sh installs chromium.");

    /// <summary>Opens a report in a window and gives what ReportProbe.js saw there. Fails on anything the console got to say.</summary>
    /// <param name="report">The page.</param>
    /// <param name="width">Of the window, in CSS pixels.</param>
    /// <param name="dark">Preferred colour scheme.</param>
    public static JsonElement Show(string report, int width, bool dark)
    {
        string directory = Directory.CreateTempSubdirectory("aotnet-browser-").FullName;
        try
        {
            string probe = File.ReadAllText(Path.Combine(Repository.Root, "tests", "AotNet.EndToEnd.Tests", "ReportProbe.js"));
            const string watch = "<script>const problems = [], alerts = []; window.alert = text => alerts.push(String(text)); "
                + "for (const kind of ['error', 'unhandledrejection', 'securitypolicyviolation']) "
                + "addEventListener(kind, event => problems.push(kind + ': ' + (event.message ?? event.blockedURI ?? event.reason)), true);</script>";
            string html = File.ReadAllText(report), page = Path.Combine(directory, "page.html");
            int head = html.IndexOf("<title>", StringComparison.Ordinal), body = html.LastIndexOf("</body>", StringComparison.Ordinal);
            File.WriteAllText(page, $"{html[..head]}{watch}{html[head..body]}<script>{probe}</script>{html[body..]}");

            // A browser's window has a least width, a frame has none.
            string frame = Path.Combine(directory, "frame.html");
            File.WriteAllText(frame, "<pre id=\"facts\"></pre><script>onmessage = event => document.getElementById('facts').textContent = event.data</script>"
                + string.Create(CultureInfo.InvariantCulture, $"<iframe src=\"page.html\" style=\"border: 0; width: {width}px; height: 900px\"></iframe>"));

            ProcessResult result = TrainerProcess.Run(Program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars", $"--user-data-dir={directory}/profile",
                $"--blink-settings=preferredColorScheme={(dark ? 0 : 1)}", "--enable-logging=stderr", "--virtual-time-budget=10000",
                "--window-size=1400,1000", "--dump-dom", new Uri(frame).AbsoluteUri).Expect(0);
            Assert.DoesNotContain(result.Error.Split('\n'), static line => line.Contains(":CONSOLE", StringComparison.Ordinal));
            const string begin = "<pre id=\"facts\">";
            int start = result.Output.IndexOf(begin, StringComparison.Ordinal);
            string facts = result.Output[(start + begin.Length)..result.Output.IndexOf("</pre>", start, StringComparison.Ordinal)];
            Assert.True(facts != "", $"the probe told nothing\n{result.Error}");
            return JsonDocument.Parse(WebUtility.HtmlDecode(facts)).RootElement;
        }
        finally
        {
            Remove(directory);
        }
    }

    /// <summary>The browser's helpers may still be writing into its profile.</summary>
    static void Remove(string directory)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                Directory.Delete(directory, recursive: true);
                return;
            }
            catch (IOException) when (attempt < 20)
            {
                Thread.Sleep(100);
            }
        }
    }
}
