using AotNet.Training;
using ConsoleAppFramework;
using KeywordSounds;

if (args is not ["make-data", ..])
    return TrainerHost.Run<KeywordSpotting>(args, new WavFolders());
ConsoleApp.LogError = static message =>
{
    Console.Error.WriteLine($"KeywordSpotting: {message}");
    Environment.ExitCode = 2;
};
ConsoleApp.Run(args[1..], MakeDataCommand.Run);
return Environment.ExitCode;
