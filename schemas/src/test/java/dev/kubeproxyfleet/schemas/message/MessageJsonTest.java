package dev.kubeproxyfleet.schemas.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.config.Windows;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import dev.kubeproxyfleet.schemas.reason.PlanWarning;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.io.InputStream;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The JSON of every message, once with everything set and once with everything left out that may be. Running systems have
 * these in their topics: a change here is a change of the contract.
 */
class MessageJsonTest {

    private static final Instant AT = Instant.parse("2026-05-04T03:02:01.500Z");
    private static final String CLUSTER =
            "/subscriptions/1/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/prod-1";
    private static final KubeProxyConfig IPVS = new KubeProxyConfig(
            true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.LeastConnection, 900, null, null));
    private static final String IPVS_JSON =
            "{\"enabled\":true,\"mode\":\"IPVS\",\"ipvsConfig\":{\"scheduler\":\"LeastConnection\",\"tcpTimeoutSeconds\":900}}";

    private static final Provenance PROVENANCE = new Provenance(
            new Origin(
                    "git.example/fleet",
                    "main",
                    "fleet/prod.yaml",
                    "3f2a9b1c0d4e5f60718293a4b5c6d7e8f9012345",
                    "0123456789abcdef0123456789abcdef01234567"),
            "ada");
    private static final FleetConfig.Spec SPEC = new FleetConfig.Spec(
            IPVS,
            null,
            new Selector(List.of(), List.of(), List.of(), List.of("*"), List.of(), Selector.Tags.NONE, null),
            7,
            new Strategy(
                    List.of(new StageSpec(
                            "canary", Amount.of(1), Amount.of(1), Amount.of(0), Duration.ofMinutes(10), null)),
                    Strategy.OnFailure.Rollback,
                    Duration.ofMinutes(30),
                    Gate.DEFAULT,
                    new Windows(
                            true,
                            List.of(new Windows.Window(
                                    List.of(Windows.Day.Sunday),
                                    LocalTime.of(22, 0),
                                    Duration.ofHours(4),
                                    ZoneId.of("Europe/Amsterdam")))),
                    AT),
            FleetConfig.Drift.Correct,
            FleetConfig.NewClusters.Ignore,
            "careful");
    private static final String SPEC_JSON = """
            {"kubeProxy":IPVS,"selector":{"subscriptions":[],"resourceGroups":[],"locations":[],"names":["*"],"clusters":[],\
            "tags":{"matchLabels":{},"matchExpressions":[]}},"priority":7,"strategy":{"stages":[{"name":"canary","size":1,\
            "maxConcurrent":1,"maxFailures":0,"bake":"PT10M","groups":[]}],"onFailure":"Rollback","deadline":"PT30M",\
            "gate":{"coverage":0.9,"evidence":"Agents","proof":"Require","signals":"Gate","tolerance":2.0,"onInconclusive":"Pause","thresholds":{},\
            "external":[]},"windows":{"honourAksMaintenance":true,"schedule":[{"days":["Sunday"],"start":"22:00:00",\
            "duration":"PT4H","timeZone":"Europe/Amsterdam"}]},"startAt":"2026-05-04T03:02:01.500Z"},"drift":"Correct",\
            "newClusters":"Ignore","strategyRef":"careful"}""";

    private static final String OUTCOME = """
            {"config":"prod","rollout":"prod.2","generation":2,"cluster":"CLUSTER","attempt":1,"result":RESULT,\
            "at":"2026-05-04T03:02:01.500Z"}""";

    static final List<Arguments> MESSAGES = List.of(
            message(
                    "Command",
                    new Command("id-1", "prod", "prod.2", Command.Action.Pause, "alice", "too fast", AT),
                    """
                    {"id":"id-1","config":"prod","rollout":"prod.2","action":"Pause","actor":"alice","reason":"too fast",\
                    "at":"2026-05-04T03:02:01.500Z"}"""),
            message(
                    "Command",
                    new Command(
                            "id-1",
                            "prod",
                            "prod.2",
                            Command.Action.Answer,
                            null,
                            "board",
                            GateVerdict.Pass,
                            "alice",
                            "agreed",
                            AT),
                    """
                    {"id":"id-1","config":"prod","rollout":"prod.2","action":"Answer","gate":"board","verdict":"Pass",\
                    "actor":"alice","reason":"agreed","at":"2026-05-04T03:02:01.500Z"}"""),
            message(
                    "Command",
                    new Command(
                            "id-1",
                            "prod",
                            "prod.2",
                            Command.Action.Answer,
                            null,
                            "board",
                            GateVerdict.Fail,
                            Instant.EPOCH,
                            "fleet-service",
                            "query gave 2",
                            AT),
                    """
                    {"id":"id-1","config":"prod","rollout":"prod.2","action":"Answer","gate":"board","verdict":"Fail",\
                    "stageSince":"1970-01-01T00:00:00Z","actor":"fleet-service","reason":"query gave 2",\
                    "at":"2026-05-04T03:02:01.500Z"}"""),
            message("Command", new Command("id-1", "prod", null, Command.Action.Approve, "alice", null, AT), """
                    {"id":"id-1","config":"prod","action":"Approve","actor":"alice","at":"2026-05-04T03:02:01.500Z"}"""),
            message(
                    "Command",
                    new Command("id-1", "prod", "prod.2", Command.Action.Skip, CLUSTER, "alice", null, AT),
                    """
                    {"id":"id-1","config":"prod","rollout":"prod.2","action":"Skip","cluster":"CLUSTER","actor":"alice",\
                    "at":"2026-05-04T03:02:01.500Z"}"""),
            message(
                    "NewCluster",
                    new NewCluster(
                            CLUSTER, "prod", Json.MAPPER.createObjectNode().put("location", "westeurope"), "a test"),
                    """
                    {"id":"CLUSTER","config":"prod","cluster":{"location":"westeurope"},"reason":"a test"}"""),
            message(
                    "ClusterRecord",
                    new ClusterRecord(
                            CLUSTER,
                            "prod-1",
                            "1",
                            "rg",
                            "westeurope",
                            Map.of("env", "prod"),
                            "1.33.2",
                            "Succeeded",
                            "Running",
                            "Base",
                            "azure",
                            "calico",
                            "azure",
                            3,
                            2,
                            true,
                            "65a1",
                            IPVS,
                            null,
                            List.of(),
                            "https://issuer.example/1/"),
                    """
                    {"id":"CLUSTER","name":"prod-1","subscription":"1","resourceGroup":"rg","location":"westeurope",\
                    "tags":{"env":"prod"},"kubernetesVersion":"1.33.2","provisioningState":"Succeeded",\
                    "powerState":"Running","skuName":"Base","networkPlugin":"azure","networkPolicy":"calico",\
                    "networkDataplane":"azure","nodeCount":3,"windowsNodeCount":2,"autoprovisioning":true,\
                    "uid":"65a1","kubeProxy":IPVS,\
                    "oidcIssuer":"https://issuer.example/1/"}"""),
            message(
                    "ClusterRecord",
                    new ClusterRecord(
                            CLUSTER,
                            "prod-1",
                            "1",
                            "rg",
                            "westeurope",
                            Map.of(),
                            "1.33.2",
                            "Succeeded",
                            "Running",
                            null,
                            null,
                            null,
                            null,
                            0,
                            0,
                            false,
                            null,
                            null,
                            null,
                            List.of(),
                            null),
                    """
                    {"id":"CLUSTER","name":"prod-1","subscription":"1","resourceGroup":"rg","location":"westeurope",\
                    "tags":{},"kubernetesVersion":"1.33.2","provisioningState":"Succeeded","powerState":"Running",\
                    "nodeCount":0}"""),
            window(new MaintenanceWindow.Daily(3), """
                    {"kind":"Daily","intervalDays":3}"""),
            window(new MaintenanceWindow.Weekly(2, DayOfWeek.SUNDAY), """
                    {"kind":"Weekly","intervalWeeks":2,"dayOfWeek":"SUNDAY"}"""),
            window(new MaintenanceWindow.AbsoluteMonthly(1, 31), """
                    {"kind":"AbsoluteMonthly","intervalMonths":1,"dayOfMonth":31}"""),
            window(new MaintenanceWindow.RelativeMonthly(1, MaintenanceWindow.WeekIndex.Last, DayOfWeek.FRIDAY), """
                    {"kind":"RelativeMonthly","intervalMonths":1,"weekIndex":"Last","dayOfWeek":"FRIDAY"}"""),
            message(
                    "ClusterRecord",
                    new ClusterRecord(
                                    CLUSTER,
                                    "prod-1",
                                    "1",
                                    "rg",
                                    "westeurope",
                                    Map.of(),
                                    "1.33.2",
                                    "Succeeded",
                                    "Running",
                                    null,
                                    null,
                                    null,
                                    null,
                                    0,
                                    0,
                                    false,
                                    null,
                                    null,
                                    null,
                                    List.of(),
                                    null)
                            .withMaintenanceWindows(List.of()),
                    """
                    {"id":"CLUSTER","name":"prod-1","subscription":"1","resourceGroup":"rg","location":"westeurope",\
                    "tags":{},"kubernetesVersion":"1.33.2","provisioningState":"Succeeded","powerState":"Running",\
                    "nodeCount":0,"maintenanceWindows":[]}"""),
            message(
                    "SubscriptionRecord",
                    new SubscriptionRecord("1", 20, SubscriptionRecord.FEATURE_REGISTERED, List.of("1", "2")),
                    """
                    {"subscription":"1","clusterCount":20,"kubeProxyFeature":"Registered","fleet":["1","2"]}"""),
            message(
                    "SubscriptionRecord",
                    new SubscriptionRecord("1", 0, "NotRegistered", List.of("1"), "2025-09-02-preview", List.of()),
                    """
                    {"subscription":"1","clusterCount":0,"kubeProxyFeature":"NotRegistered","fleet":["1"],\
                    "apiVersion":"2025-09-02-preview","readOnlyScopes":[]}"""),
            message(
                    "Operation",
                    Operation.of(
                            "prod",
                            "prod.2",
                            2,
                            CLUSTER,
                            1,
                            new Desired.KubeProxy(IPVS),
                            AT,
                            AT.plus(Duration.ofMinutes(30))),
                    """
                    {"config":"prod","rollout":"prod.2","generation":2,"cluster":"CLUSTER","attempt":1,"kubeProxy":IPVS,\
                    "issuedAt":"2026-05-04T03:02:01.500Z","deadline":"2026-05-04T03:32:01.500Z"}"""),
            message(
                    "Operation",
                    Operation.of(
                            "prod",
                            "prod.2",
                            2,
                            CLUSTER,
                            1,
                            new Desired.Agents(AgentConfig.DISABLED),
                            AT,
                            AT.plus(Duration.ofMinutes(30))),
                    """
                    {"config":"prod","rollout":"prod.2","generation":2,"cluster":"CLUSTER","attempt":1,"agents":{"enabled":false},\
                    "issuedAt":"2026-05-04T03:02:01.500Z","deadline":"2026-05-04T03:32:01.500Z"}"""),
            message(
                    "Outcome",
                    outcome(new Outcome.Waiting(new AzureCode("OperationNotAllowed"), "Another operation runs.")),
                    OUTCOME.replace(
                            "RESULT",
                            "{\"kind\":\"Waiting\",\"code\":\"OperationNotAllowed\",\"message\":\"Another operation runs.\"}")),
            message(
                    "Outcome",
                    outcome(new Outcome.Applied(KubeProxyConfig.UNSET, true)),
                    OUTCOME.replace("RESULT", "{\"kind\":\"Applied\",\"before\":{},\"changed\":true}")),
            message(
                    "Outcome",
                    outcome(new Outcome.Delivered(
                            new AgentConfig(true, "agent:1", "agent-jvm:1", "broker:9092"), true)),
                    OUTCOME.replace(
                            "RESULT",
                            "{\"kind\":\"Delivered\",\"before\":{\"enabled\":true,\"image\":\"agent:1\",\"jvmImage\":\"agent-jvm:1\","
                                    + "\"kafka\":\"broker:9092\"},\"changed\":true}")),
            message(
                    "Outcome",
                    outcome(new Outcome.Failed(new AzureCode("Forbidden"), "No.")),
                    OUTCOME.replace("RESULT", "{\"kind\":\"Failed\",\"code\":\"Forbidden\",\"message\":\"No.\"}")),
            message(
                    "Outcome",
                    outcome(new Outcome.Skipped(new AzureCode("Stopped"), "It is stopped.")),
                    OUTCOME.replace(
                            "RESULT", "{\"kind\":\"Skipped\",\"code\":\"Stopped\",\"message\":\"It is stopped.\"}")),
            message("Outcome", outcome(new Outcome.Gone()), OUTCOME.replace("RESULT", "{\"kind\":\"Gone\"}")),
            message(
                    "ConfigStatus",
                    new ConfigStatus("prod", SPEC, 4, "prod.4", "prod.3", "prod.2", 2, 1, "prod.4", 1L, PROVENANCE),
                    """
                    {"name":"prod","spec":SPEC,"generation":4,"latestRollout":"prod.4","activeRollout":"prod.3","fullRollout":"prod.2",\
                    "plannedGeneration":2,"releasedGeneration":1,"stoppedBy":"prod.4","removedGeneration":1,\
                    "provenance":{"origin":{"repository":"git.example/fleet","ref":"main","file":"fleet/prod.yaml",\
                    "commit":"3f2a9b1c0d4e5f60718293a4b5c6d7e8f9012345","blob":"0123456789abcdef0123456789abcdef01234567"},\
                    "overwrittenBy":"ada"}}"""),
            message(
                    "ConfigStatus",
                    new ConfigStatus("prod", null, 1, "prod.1", null, "prod.1", 0, 0, null, null, null),
                    """
                    {"name":"prod","generation":1,"latestRollout":"prod.1","fullRollout":"prod.1","plannedGeneration":0,\
                    "releasedGeneration":0}"""),
            message(
                    "RolloutStatus",
                    new RolloutStatus(
                            "prod.2",
                            "prod",
                            2,
                            RolloutStatus.Cause.Publish,
                            null,
                            RolloutStatus.State.Paused,
                            RolloutReason.MaxFailuresExceeded,
                            "Two clusters failed.",
                            AT,
                            AT,
                            AT,
                            "alice",
                            SPEC,
                            false,
                            new RolloutStatus.Plan(
                                    9,
                                    AT,
                                    AT.plusSeconds(60),
                                    List.of(new RolloutPlan.Warning(
                                            PlanWarning.IpvsDeprecated, "It is deprecated.", 2, List.of("prod-1")))),
                            Duration.ofSeconds(90),
                            AT,
                            List.of(new RolloutStatus.Stage(
                                    "canary",
                                    RolloutStatus.StageState.Baking,
                                    AT,
                                    AT.plusSeconds(600),
                                    1,
                                    0,
                                    new RolloutStatus.Counts(1, 2, 3, 4, 5, 6, 7),
                                    List.of(
                                            new RolloutStatus.StageGate(
                                                    "refusals",
                                                    true,
                                                    GateVerdict.Fail,
                                                    GateReason.SignalRose,
                                                    "It rose.",
                                                    AT,
                                                    new RolloutStatus.Figures(
                                                            1,
                                                            3,
                                                            412,
                                                            30.5,
                                                            4,
                                                            12,
                                                            5,
                                                            120,
                                                            1.25,
                                                            1240.5,
                                                            AT,
                                                            new RolloutStatus.Before(3, 10_800, 9, 43_200)),
                                                    new RolloutStatus.Overruled("bob", "known", AT)),
                                            new RolloutStatus.StageGate(
                                                    "board", true, null, null, "Awaited.", null, null, null)),
                                    new RolloutStatus.StageCost(
                                            2,
                                            "It cost 40 s.",
                                            List.of(new RolloutStatus.SignalCost(
                                                    "refusals",
                                                    2,
                                                    1,
                                                    Duration.ofSeconds(40),
                                                    Duration.ofSeconds(60),
                                                    1,
                                                    37))),
                                    new RolloutStatus.Timeline(
                                            true,
                                            List.of(new RolloutStatus.Phase(
                                                    RolloutStatus.StageState.Updating, AT, AT.plusSeconds(90))),
                                            List.of(new RolloutStatus.Stretch(AT, AT.plusSeconds(60))),
                                            AT.plusSeconds(80)))),
                            List.of(
                                    new RolloutStatus.Action(Command.Action.Resume, null),
                                    new RolloutStatus.Action(
                                            Command.Action.Promote,
                                            new RolloutPlan.Reason(AnswerReason.NotBaking, "No stage bakes.")))),
                    """
                    {"id":"prod.2","config":"prod","generation":2,"cause":"Publish","state":"Paused","code":"MaxFailuresExceeded",\
                    "message":"Two clusters failed.","since":"2026-05-04T03:02:01.500Z",\
                    "createdAt":"2026-05-04T03:02:01.500Z","finishedAt":"2026-05-04T03:02:01.500Z","actor":"alice",\
                    "spec":SPEC,"released":false,"plan":{"alreadyConverged":9,\
                    "earliestEnd":"2026-05-04T03:02:01.500Z","latestEnd":"2026-05-04T03:03:01.500Z",\
                    "warnings":[{"code":"IpvsDeprecated","message":"It is deprecated.","clusters":2,"examples":["prod-1"]}]},\
                    "activeFor":"PT1M30S","activeSince":"2026-05-04T03:02:01.500Z","stages":[{"name":"canary","state":"Baking",\
                    "since":"2026-05-04T03:02:01.500Z","until":"2026-05-04T03:12:01.500Z","maxConcurrent":1,"maxFailures":0,\
                    "clusters":{"waiting":1,"updating":2,"verifying":3,"converged":4,"failed":5,"skipped":6,"rolledBack":7},\
                    "gates":[{"name":"refusals","judges":true,"verdict":"Fail","code":"SignalRose","message":"It rose.",\
                    "judgedAt":"2026-05-04T03:02:01.500Z","figures":{"changedClusters":1,"changedNodes":3,"changedEvents":412,"changedNodeSeconds":30.5,\
                    "unchangedClusters":4,"unchangedNodes":12,"unchangedEvents":5,"unchangedNodeSeconds":120.0,\
                    "expectedEvents":1.25,"evidence":1240.5,"until":"2026-05-04T03:02:01.500Z",\
                    "before":{"changedEvents":3,"changedNodeSeconds":10800.0,"unchangedEvents":9,"unchangedNodeSeconds":43200.0}},\
                    "overruled":{"actor":"bob","reason":"known","at":"2026-05-04T03:02:01.500Z"}},\
                    {"name":"board","judges":true,"message":"Awaited."}],\
                    "cost":{"clusters":2,"message":"It cost 40 s.","signals":[{"signal":"refusals","known":2,"deviating":1,\
                    "shortest":"PT40S","longest":"PT1M","lasting":1,"events":37}]},\
                    "timeline":{"whole":true,\
                    "phases":[{"state":"Updating","since":"2026-05-04T03:02:01.500Z","until":"2026-05-04T03:03:31.500Z"}],\
                    "worked":[{"since":"2026-05-04T03:02:01.500Z","until":"2026-05-04T03:03:01.500Z"}],\
                    "workingSince":"2026-05-04T03:03:21.500Z"}}],\
                    "actions":[{"action":"Resume"},{"action":"Promote","objection":{"code":"NotBaking","message":"No stage bakes."}}],"goesBack":false}"""),
            message(
                    "RolloutStatus",
                    new RolloutStatus(
                            "prod.2",
                            "prod",
                            2,
                            RolloutStatus.Cause.Retry,
                            CLUSTER,
                            RolloutStatus.State.Planned,
                            null,
                            "Planned.",
                            AT,
                            AT,
                            null,
                            "alice",
                            SPEC,
                            true,
                            null,
                            Duration.ZERO,
                            null,
                            List.of(),
                            null),
                    """
                    {"id":"prod.2","config":"prod","generation":2,"cause":"Retry","onlyCluster":"CLUSTER","state":"Planned","message":"Planned.",\
                    "since":"2026-05-04T03:02:01.500Z","createdAt":"2026-05-04T03:02:01.500Z","actor":"alice",\
                    "spec":SPEC,"released":true,"activeFor":"PT0S","stages":[],"goesBack":false}"""),
            message(
                    "RolloutClusterStatus",
                    new RolloutClusterStatus(
                            "prod.2",
                            CLUSTER,
                            "resourceUID:1",
                            "canary",
                            "europe",
                            RolloutClusterStatus.State.Failed,
                            new AzureCode("Forbidden"),
                            "No.",
                            AT,
                            2,
                            IPVS,
                            null,
                            null,
                            List.of(Command.Action.Retry, Command.Action.Skip),
                            new ChangeCost(
                                    AT,
                                    AT.plusSeconds(60),
                                    "It cost 40 s.",
                                    List.of(
                                            new ChangeCost.SignalCost(
                                                    "refusals",
                                                    new ChangeCost.Deviation(
                                                            Duration.ofSeconds(40), 37, 0.5, Duration.ZERO, true)),
                                            new ChangeCost.SignalCost("probeFailures", null)))),
                    """
                    {"rollout":"prod.2","cluster":"CLUSTER","uid":"resourceUID:1","stage":"canary","group":"europe","state":"Failed","code":"Forbidden",\
                    "message":"No.","since":"2026-05-04T03:02:01.500Z","attempt":2,"before":IPVS,"actions":["Retry","Skip"],\
                    "cost":{"from":"2026-05-04T03:02:01.500Z","settledAt":"2026-05-04T03:03:01.500Z","message":"It cost 40 s.",\
                    "signals":[{"signal":"refusals","deviation":{"atMost":"PT40S","events":37,"expectedEvents":0.5,\
                    "unwatched":"PT0S","lasting":true}},{"signal":"probeFailures"}]}}"""),
            message(
                    "RolloutClusterStatus",
                    new RolloutClusterStatus(
                            "prod.2",
                            CLUSTER,
                            "resourceUID:1",
                            "canary",
                            null,
                            RolloutClusterStatus.State.Updating,
                            null,
                            "",
                            AT,
                            0,
                            null,
                            new AgentConfig(true, "agent:1", "agent-jvm:1", "broker:9092"),
                            new RolloutClusterStatus.Plan("canary", null, null, AgentConfig.DISABLED, null),
                            null,
                            null),
                    """
                    {"rollout":"prod.2","cluster":"CLUSTER","uid":"resourceUID:1","stage":"canary","state":"Updating","message":"",\
                    "since":"2026-05-04T03:02:01.500Z","attempt":0,\
                    "agentsBefore":{"enabled":true,"image":"agent:1","jvmImage":"agent-jvm:1","kafka":"broker:9092"},\
                    "plan":{"stage":"canary","agentsFrom":{"enabled":false}}}"""),
            message(
                    "AuditRecord",
                    new AuditRecord(
                            "id-1",
                            "prod",
                            "prod.2",
                            CLUSTER,
                            "Retry",
                            "alice",
                            "too fast",
                            AuditRecord.Verdict.Refused,
                            AnswerReason.NotRunning,
                            "It has ended.",
                            AT),
                    """
                    {"requestId":"id-1","config":"prod","rollout":"prod.2","cluster":"CLUSTER","action":"Retry","actor":"alice",\
                    "reason":"too fast","verdict":"Refused","code":"NotRunning","message":"It has ended.",\
                    "at":"2026-05-04T03:02:01.500Z"}"""),
            message(
                    "AuditRecord",
                    new AuditRecord(
                            null,
                            "prod",
                            null,
                            null,
                            "StageDone",
                            "controller",
                            null,
                            AuditRecord.Verdict.Done,
                            AnswerReason.StageDone,
                            "Done.",
                            AT),
                    """
                    {"config":"prod","action":"StageDone","actor":"controller","verdict":"Done","code":"StageDone",\
                    "message":"Done.","at":"2026-05-04T03:02:01.500Z"}"""),
            message(
                    "Notification",
                    new Notification(
                            "audit-0-7",
                            Notification.Kind.Drifted,
                            Notification.Severity.Warning,
                            "prod",
                            "prod.2",
                            ClusterReason.DriftEnded,
                            "It drifted.",
                            1000,
                            List.of(CLUSTER),
                            "alice",
                            "too fast",
                            AT,
                            "https://fleet.example/#/rollouts/prod.2"),
                    """
                    {"id":"audit-0-7","kind":"Drifted","severity":"Warning","config":"prod","rollout":"prod.2","code":"DriftEnded",\
                    "message":"It drifted.","count":1000,"clusters":["CLUSTER"],"actor":"alice","reason":"too fast",\
                    "at":"2026-05-04T03:02:01.500Z","link":"https://fleet.example/#/rollouts/prod.2"}"""));

    static List<Record> messages() {
        return MESSAGES.stream()
                .map(message -> (Named<?>) Objects.requireNonNull(message.get()[1]))
                .map(message -> (Record) message.getPayload())
                .toList();
    }

    @ParameterizedTest
    @FieldSource("MESSAGES")
    void aMessageHasItsDocumentedJsonAndReadsBackEqual(String schema, Object message, String json) throws Exception {
        assertThat(Json.MAPPER.writeValueAsString(message)).isEqualTo(json);
        assertThat(Json.MAPPER.readValue(json, message.getClass())).isEqualTo(message);
    }

    @ParameterizedTest
    @FieldSource("MESSAGES")
    void aMessageIsWhatTheAsyncApiDocumentSays(String schema, Object message, String json) throws Exception {
        ObjectNode wrapped = schemas().deepCopy();
        wrapped.put("$ref", "#/components/schemas/" + schema);

        assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(wrapped)
                        .validate(Json.MAPPER.readTree(json)))
                .isEmpty();
        assertThat(wrapped.at("/components/schemas/" + schema + "/properties").properties())
                .extracting(Map.Entry::getKey)
                .containsAll(Json.MAPPER.readTree(json).properties().stream()
                        .map(Map.Entry::getKey)
                        .toList());
    }

    @ParameterizedTest
    @FieldSource("MESSAGES")
    void aFieldOfANewerVersionIsIgnored(String schema, Object message, String json) throws Exception {
        ObjectNode newer = (ObjectNode) Json.MAPPER.readTree(json);
        newer.putObject("newer").put("a", 1);

        assertThat(Json.MAPPER.treeToValue(newer, message.getClass())).isEqualTo(message);
    }

    @Test
    void countsAddUp() {
        RolloutStatus.Counts counts = new RolloutStatus.Counts(1, 2, 3, 4, 5, 6, 7);

        assertThat(counts.total()).isEqualTo(28);
        assertThat(counts.finished()).isEqualTo(22);
    }

    private static Arguments window(MaintenanceWindow.Schedule schedule, String json) {
        LocalDate day = LocalDate.of(2026, 12, 24);
        return message(
                "MaintenanceWindow",
                new MaintenanceWindow(
                        "default",
                        schedule,
                        LocalTime.of(1, 30),
                        4,
                        ZoneOffset.ofHours(2),
                        day.minusYears(1),
                        List.of(new MaintenanceWindow.DateSpan(day, day.plusDays(2)))),
                """
                {"name":"default","schedule":SCHEDULE,"startTime":"01:30:00","durationHours":4,"utcOffset":"+02:00",\
                "startDate":"2025-12-24","notAllowedDates":[{"start":"2026-12-24","end":"2026-12-26"}]}""".replace("SCHEDULE", json));
    }

    private static Arguments message(String schema, Object message, String json) {
        return Arguments.of(
                schema,
                Named.of(message.toString(), message),
                json.replace("CLUSTER", CLUSTER)
                        .replace("\"spec\":SPEC", "\"spec\":" + SPEC_JSON)
                        .replace("\"kubeProxy\":IPVS", "\"kubeProxy\":" + IPVS_JSON)
                        .replace("\"before\":IPVS", "\"before\":" + IPVS_JSON));
    }

    private static Outcome outcome(Outcome.Result result) {
        return new Outcome("prod", "prod.2", 2, CLUSTER, 1, result, AT);
    }

    private static ObjectNode schemas() throws Exception {
        try (InputStream in = MessageJsonTest.class.getResourceAsStream("/META-INF/kubeproxyfleet/asyncapi.yaml")) {
            JsonNode document = new YAMLMapper().readTree(in);
            ObjectNode schemas = Json.MAPPER.createObjectNode();
            schemas.set("components", document.get("components"));
            return schemas;
        }
    }
}
