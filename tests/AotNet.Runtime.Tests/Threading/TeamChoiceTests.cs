namespace AotNet.Runtime.Tests.Threading;

/// <summary>When the caller works alone, for given costs of both ways.</summary>
public sealed class TeamChoiceTests
{
    [Fact]
    public void Smooth_runs_stay_with_the_team()
    {
        var choice = new TeamChoice();
        Assert.Equal(0, Alone(choice, 1000, team: 1, solo: 2, waits: false));
    }

    [Fact]
    public void Single_waits_raise_no_suspicion()
    {
        var choice = new TeamChoice();
        for (int i = 0; i < 100; i++)
        {
            Assert.False(choice.Alone);
            choice.Note(1, waited: i % 2 == 0);
        }
    }

    [Fact]
    public void A_team_that_waits_and_is_slower_gives_way()
    {
        var choice = new TeamChoice();
        Alone(choice, 100, team: 1.4, solo: 1, waits: true);
        int runs = 1000, alone = Alone(choice, runs, team: 1.4, solo: 1, waits: true);
        Assert.InRange(alone, 0.9 * runs, runs - 1); // and is tried now and then
    }

    [Theory]
    [InlineData(1.4)]
    [InlineData(3)]
    [InlineData(10)]
    public void Looking_whether_the_load_is_gone_costs_little(double team)
    {
        var choice = new TeamChoice();
        Alone(choice, 5000, team, solo: 1, waits: true);
        int runs = 100_000, together = runs - Alone(choice, runs, team, solo: 1, waits: true);
        // Single runs, and measurements of five every so often.
        Assert.InRange(together * (team - 1) / runs, 0, TeamChoice.ProbeCost + 5 * (team - 1) / TeamChoice.MostPause);
        Assert.True(together > 0);
    }

    [Fact]
    public void A_clear_answer_is_not_asked_for_again_soon()
    {
        var choice = new TeamChoice();
        Alone(choice, 100, team: 1.5, solo: 1, waits: true);
        bool before = true;
        for (int i = 0; i < TeamChoice.MostPause - 100; i++)
        {
            // Single runs of the team show whether the load is gone; a measurement would be five of them.
            Assert.True(before || choice.Alone);
            before = choice.Alone;
            choice.Note(before ? 1 : 1.5, waited: !before);
        }
    }

    [Fact]
    public void Nothing_is_prepared_together_while_the_caller_works_alone()
    {
        var choice = new TeamChoice();
        Assert.False(choice.PreparesAlone);
        Alone(choice, 1000, team: 1.4, solo: 1, waits: true);
        int together = 0;
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(choice.PreparesAlone);
            together += choice.Alone ? 0 : 1;
            choice.Note(choice.Alone ? 1 : 1.4, waited: true);
        }
        Assert.True(together > 0); // runs of the team, now and then
    }

    [Fact]
    public void A_team_that_waits_but_is_faster_stays()
    {
        var choice = new TeamChoice();
        Alone(choice, 100, team: 0.3, solo: 1, waits: true);
        int runs = 1000, alone = Alone(choice, runs, team: 0.3, solo: 1, waits: true);
        Assert.InRange(alone, 1, 0.05 * runs);
    }

    [Fact]
    public void A_load_is_noticed_soon_however_long_the_team_was_faster()
    {
        var choice = new TeamChoice();
        Alone(choice, 20_000, team: 0.6, solo: 1, waits: true);
        Alone(choice, 20, team: 1.4, solo: 1, waits: true);
        Assert.InRange(Alone(choice, 100, team: 1.4, solo: 1, waits: true), 90, 99);
    }

    [Fact]
    public void The_team_comes_back_when_the_load_is_gone()
    {
        var choice = new TeamChoice();
        Alone(choice, 2000, team: 1.4, solo: 1, waits: true);
        Alone(choice, TeamChoice.MostPause + 8, team: 0.5, solo: 1, waits: false);
        Assert.Equal(0, Alone(choice, 1000, team: 0.5, solo: 1, waits: false));
    }

    [Fact]
    public void A_team_that_has_become_much_faster_comes_back_at_its_next_single_run()
    {
        var choice = new TeamChoice();
        Alone(choice, 2000, team: 1.4, solo: 1, waits: true);
        Assert.InRange(Alone(choice, 1000, team: 0.5, solo: 1, waits: false), 0, 0.4 / TeamChoice.ProbeCost);
    }

    /// <summary>Runs alone among <paramref name="runs"/>.</summary>
    static int Alone(TeamChoice choice, int runs, double team, double solo, bool waits)
    {
        int count = 0;
        for (int i = 0; i < runs; i++)
        {
            bool alone = choice.Alone;
            count += alone ? 1 : 0;
            choice.Note(alone ? solo : team, waited: !alone && waits);
        }
        return count;
    }
}
