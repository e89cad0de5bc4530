using AotNet.Peers;
using AotNet.Peers.Harness;
using ConsoleAppFramework;

int status = 0;
ConsoleApp.LogError = message =>
{
    Console.Error.WriteLine(message);
    status = 2;
};
ConsoleApp.ConsoleAppBuilder app = ConsoleApp.Create();
app.Add<Commands>();
try
{
    app.Run(args);
}
catch (PeersException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
return status == 0 ? Environment.ExitCode : status;
