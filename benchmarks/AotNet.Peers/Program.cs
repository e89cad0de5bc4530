using AotNet.Peers;
using ConsoleAppFramework;

if (args is [[not '-', ..] verb, ..] && !Commands.Verbs.Contains(verb))
{
    Console.Error.WriteLine($"'{verb}' is no verb; --help lists them.");
    return 2;
}
ConsoleApp.LogError = message =>
{
    Console.Error.WriteLine(message);
    Environment.ExitCode = 2;
};
ConsoleApp.ConsoleAppBuilder app = ConsoleApp.Create();
app.UseFilter<Refusals>();
app.Add<Commands>();
app.Run(args);
return Environment.ExitCode;
