using System.Globalization;
using System.Runtime.CompilerServices;

namespace AotNet.Generator.Tests.Harness;

/// <summary>Runs every test under a culture that spoils numbers formatted without care.</summary>
static class Culture
{
    [ModuleInitializer]
    internal static void Set()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "\u2212";
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        CultureInfo.DefaultThreadCurrentCulture = culture;
        CultureInfo.CurrentCulture = culture;
    }
}
