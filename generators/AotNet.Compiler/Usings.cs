// System.Buffer is never meant here.
global using Buffer = AotNet.Compiler.Planning.Buffer;
