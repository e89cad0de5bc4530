using AotNet.Training;

return TrainerHost.Run<CifarCnn>(args, new ImageFolders(), new CifarBinaries());
