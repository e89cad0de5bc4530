return AotNet.Training.TrainerHost.Run<FashionMlp>(args);
