using ConsoleAppFramework;
using PaperExperiments;

if (args is [Trainers.Verb or Trainers.AttachedVerb, ..])
    return Trainers.Run(args[1..], attached: args[0] == Trainers.AttachedVerb);
ConsoleApp.LogError = static message =>
{
    Console.Error.WriteLine($"PaperExperiments: {message}");
    Environment.ExitCode = 2;
};
ConsoleApp.ConsoleAppBuilder app = ConsoleApp.Create();
app.Add<Commands>();
app.Run(args);
return Environment.ExitCode;
