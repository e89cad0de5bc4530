namespace AotNet.Compiler.Tests.Harness;

/// <summary>A text that a test compares with a file in <c>golden/</c>, or writes there.</summary>
static class GoldenFile
{
    /// <summary>The variable that makes the tests write what they find.</summary>
    const string UpdateVariable = "AOTNET_UPDATE_GOLDEN";

    static string Folder => Repository.PathOf("tests", "AotNet.Compiler.Tests", "golden");

    /// <summary>Compares, naming the first line that differs.</summary>
    internal static void Check(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            return;
        }
        Assert.True(File.Exists(path), $"{path} is missing; {UpdateVariable}=1 writes it.");
        string[] expected = File.ReadAllText(path).Split('\n'), found = text.Split('\n');
        int line = 0;
        while (line < expected.Length && line < found.Length && expected[line] == found[line])
            line++;
        if (line < expected.Length || line < found.Length)
            Assert.Fail($"{name}, line {line + 1}:\nexpected: {LineOf(expected, line)}\nfound:    {LineOf(found, line)}\n"
                + $"If the change is meant, run the tests with {UpdateVariable}=1 and read the difference before committing it.");
    }

    static string LineOf(string[] lines, int index) => index < lines.Length ? lines[index] : "(end of file)";
}
