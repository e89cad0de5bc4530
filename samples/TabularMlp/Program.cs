return AotNet.Training.TrainerHost.Run<TabularMlp>(args);
