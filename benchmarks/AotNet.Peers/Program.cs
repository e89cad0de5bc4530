using AotNet.Peers;
using ConsoleAppFramework;

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
