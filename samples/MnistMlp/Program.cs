return AotNet.Training.TrainerHost.Run<MnistMlp>(args);
