package io.nvmevf.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;

/** Who may know whom, and what no code here does. */
class ArchitectureTest {
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.nvmevf");

    private static final String PROTOCOL = "io.nvmevf.protocol..";
    private static final String QOS = "io.nvmevf.qos..";
    private static final String STORAGE = "io.nvmevf.storage..";
    private static final String TARGET = "io.nvmevf.server..";

    private static String target(String name) {
        return "io.nvmevf.server." + name + "..";
    }

    @Test
    void allModulesAreLookedAt() {
        for (String name : new String[] {"protocol.tcp", "qos", "storage", "server.transport", "server.subsystem"}) {
            assertThat(ALL.containPackage("io.nvmevf." + name)).as(name).isTrue();
        }
    }

    @Test
    void protocolQosAndStorageKnowNobody() {
        noClasses()
                .that()
                .resideInAPackage(PROTOCOL)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(QOS, STORAGE, TARGET)
                .check(ALL);
        noClasses()
                .that()
                .resideInAPackage(QOS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(PROTOCOL, STORAGE, TARGET)
                .check(ALL);
        noClasses()
                .that()
                .resideInAPackage(STORAGE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(PROTOCOL, QOS, TARGET)
                .check(ALL);
    }

    @Test
    void theSpecificationHasNoPipelineNoThreadAndNoLog() {
        noClasses()
                .that()
                .resideInAPackage(PROTOCOL)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty.channel..",
                        "io.netty.handler..",
                        "java.util.concurrent..",
                        "org.slf4j..",
                        "java.net..")
                .check(ALL);
        noClasses()
                .that()
                .resideInAPackage(QOS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "java.net..", "java.nio.channels..", "org.slf4j..")
                .check(ALL);
    }

    @Test
    void theTransportKnowsNoCommandAndNoSubsystem() {
        noClasses()
                .that()
                .resideInAPackage(target("transport"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        target("subsystem"),
                        target("command"),
                        target("control"),
                        target("config"),
                        target("api"),
                        target("cli"))
                .check(ALL);
    }

    @Test
    void subsystemsParseNoCommand() {
        noClasses()
                .that()
                .resideInAPackage(target("subsystem"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(target("command"), target("api"), target("cli"))
                .check(ALL);
    }

    @Test
    void theControlPlaneKnowsNoConnection() {
        noClasses()
                .that()
                .resideInAPackage(target("control"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        target("transport"),
                        target("subsystem"),
                        target("command"),
                        target("api"),
                        target("cli"),
                        "io.netty.channel..")
                .check(ALL);
    }

    @Test
    void packagesDoNotGoRoundInCircles() {
        for (String module : new String[] {"protocol", "storage", "server"}) {
            slices().matching("io.nvmevf." + module + ".(*)..")
                    .should()
                    .beFreeOfCycles()
                    .check(ALL);
        }
    }

    @Test
    void theDataPathReadsNoWallClock() {
        noClasses()
                .that()
                .resideInAnyPackage(PROTOCOL, QOS, STORAGE, target("transport"), target("subsystem"), target("command"))
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .check(ALL);
    }

    @Test
    void algorithmsAreGivenTheTime() {
        noClasses()
                .that()
                .resideInAnyPackage(PROTOCOL, QOS)
                .should()
                .callMethod(System.class, "nanoTime")
                .check(ALL);
    }

    @Test
    void nothingSleepsOnTheDataPathAndNothingPrints() {
        noClasses()
                .that()
                .resideInAnyPackage(target("transport"), target("subsystem"), target("command"))
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .check(ALL);
        noClasses()
                .that()
                .resideOutsideOfPackages(target("cli"), "io.nvmevf.server")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(ALL);
    }

    @Test
    void exceptionsOfAHostsMakingStayInTheTransport() {
        classes()
                .that()
                .haveSimpleName("TransportException")
                .should()
                .notBePublic()
                .check(ALL);
    }
}
