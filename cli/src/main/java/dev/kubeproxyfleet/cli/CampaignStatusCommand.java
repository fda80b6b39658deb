package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.view.Campaign;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code kpfleet campaign status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description =
                "Says how far campaigns are: what is done, under way and ready, and what the others are blocked by.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  kpfleet campaign status              all campaigns",
            "  kpfleet campaign status leave-ipvs   one, in full"
        })
final class CampaignStatusCommand extends Reading {

    @Parameters(paramLabel = "<name>", arity = "0..1", description = "One campaign; else all of them.")
    private @Nullable String name;

    CampaignStatusCommand(Kpfleet kpfleet) {
        super(kpfleet);
    }

    @Override
    public Integer call() throws JsonProcessingException {
        try (FleetClient client = kpfleet.client()) {
            return name == null
                    ? printAll(client.get("/campaigns"), Campaign.class, CampaignTable::of)
                    : print(
                            client.get("/campaigns/" + FleetClient.encode(name)),
                            Campaign.class,
                            campaign -> CampaignTable.sheet(campaign, world.again()));
        }
    }
}
