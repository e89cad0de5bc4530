return AotNet.Training.TrainerHost.Run<MnistCnn>(args);
