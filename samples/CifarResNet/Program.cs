using AotNet.Training;

return TrainerHost.Run<CifarResNet>(args, new ImageFolders(), new CifarBinaries());
