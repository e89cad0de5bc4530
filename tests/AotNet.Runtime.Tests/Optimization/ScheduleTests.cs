namespace AotNet.Runtime.Tests.Optimization;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData(ScheduleKind.Constant, 0, 1f)]
    [InlineData(ScheduleKind.Constant, 99, 1f)]
    [InlineData(ScheduleKind.Linear, 0, 1f)]
    [InlineData(ScheduleKind.Linear, 50, 0.5f)]
    [InlineData(ScheduleKind.Linear, 99, 0.01f)]
    [InlineData(ScheduleKind.Linear, 100, 0f)]
    [InlineData(ScheduleKind.Linear, 1000, 0f)]
    [InlineData(ScheduleKind.Cosine, 0, 1f)]
    [InlineData(ScheduleKind.Cosine, 50, 0.5f)]
    [InlineData(ScheduleKind.Cosine, 25, 0.853553391f)]
    [InlineData(ScheduleKind.Cosine, 100, 0f)]
    [InlineData(ScheduleKind.Step, 0, 1f)]
    [InlineData(ScheduleKind.Step, 33, 1f)]
    [InlineData(ScheduleKind.Step, 34, 0.1f)]
    [InlineData(ScheduleKind.Step, 67, 0.01f)]
    [InlineData(ScheduleKind.Step, 99, 0.01f)]
    [InlineData(ScheduleKind.Step, 100, 0.01f)]
    [InlineData(ScheduleKind.Restart, 0, 0.5f)]
    [InlineData(ScheduleKind.Restart, 10, 0.333333333f)]
    [InlineData(ScheduleKind.Restart, 20, 0.166666667f)]
    [InlineData(ScheduleKind.Restart, 30, 0.583333333f)]
    [InlineData(ScheduleKind.Restart, 40, 1f)]
    [InlineData(ScheduleKind.Restart, 70, 0.5f)]
    [InlineData(ScheduleKind.Restart, 100, 0f)]
    public void Courses_are_as_defined(ScheduleKind kind, long step, float expected)
    {
        var schedule = new Schedule { Kind = kind, LearningRate = 2f };
        Assert.Equal(2f * expected, schedule.RateAt(step, 100), 1e-6f);
    }

    [Theory]
    [InlineData(ScheduleKind.Constant)]
    [InlineData(ScheduleKind.Linear)]
    [InlineData(ScheduleKind.Cosine)]
    [InlineData(ScheduleKind.Step)]
    public void Warm_up_rises_in_a_straight_line_and_the_rest_never_rises(ScheduleKind kind)
    {
        var schedule = new Schedule { Kind = kind, LearningRate = 0.8f, WarmupSteps = 10 };
        for (int step = 0; step < 10; step++)
            Assert.Equal(0.08f * (step + 1), schedule.RateAt(step, 50), 1e-6f);
        Assert.Equal(0.8f, schedule.RateAt(10, 50));
        for (int step = 10; step < 60; step++)
            Assert.True(schedule.RateAt(step + 1, 50) <= schedule.RateAt(step, 50));
    }

    [Fact]
    public void A_restart_warms_up_to_the_rate_that_it_begins_with()
    {
        var schedule = new Schedule { Kind = ScheduleKind.Restart, LearningRate = 0.8f, WarmupSteps = 10 };
        for (int step = 0; step < 10; step++)
            Assert.Equal(0.04f * (step + 1), schedule.RateAt(step, 60), 1e-6f);
        Assert.Equal(0.4f, schedule.RateAt(10, 60));
        Assert.Equal(0.8f, schedule.RateAt(30, 60));
    }

    [Fact]
    public void The_fall_ends_at_the_final_part()
    {
        foreach (ScheduleKind kind in (ScheduleKind[])[ScheduleKind.Linear, ScheduleKind.Cosine, ScheduleKind.Restart])
        {
            var schedule = new Schedule { Kind = kind, LearningRate = 1f, FinalFraction = 0.25f };
            Assert.Equal(0.25f, schedule.RateAt(80, 80), 1e-6f);
        }
    }

    [Fact]
    public void A_warm_up_as_long_as_the_run_is_all_warm_up()
    {
        var schedule = new Schedule { Kind = ScheduleKind.Cosine, LearningRate = 1f, WarmupSteps = 100 };
        Assert.Equal(0.5f, schedule.RateAt(49, 50));
        Assert.True(float.IsFinite(schedule.RateAt(100, 100)));
    }

    [Fact]
    public void Impossible_arguments_and_settings_are_refused()
    {
        var schedule = new Schedule { LearningRate = 1f };
        schedule.Validate();
        Assert.Throws<ArgumentOutOfRangeException>(() => schedule.RateAt(-1, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => schedule.RateAt(0, 0));
        (string, Schedule)[] invalid =
        [
            ("Kind", schedule with { Kind = (ScheduleKind)9 }),
            ("LearningRate", schedule with { LearningRate = float.NaN }),
            ("WarmupSteps", schedule with { WarmupSteps = -1 }),
            ("FinalFraction", schedule with { FinalFraction = 1.5f }),
            ("StepFactor", schedule with { StepFactor = 0f }),
            ("StepParts", schedule with { StepParts = 0 }),
        ];
        foreach ((string property, Schedule settings) in invalid)
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(settings.Validate);
            Assert.Equal(property, error.ParamName);
            Assert.Contains(", expected ", error.Message, StringComparison.Ordinal);
        }
    }
}
